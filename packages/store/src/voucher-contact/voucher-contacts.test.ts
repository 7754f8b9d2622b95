import type { Configuration } from '@chancery/ra'
import { beforeAll, expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import type { Driver } from '../driver.ts'
import type { Store } from '../index.ts'
import { insertRow, slot, statement, type Values } from '../statement.ts'
import { sampleCertificate, samplePrepared, sampleTransaction } from '../testing/sample.ts'
import type { VoucherContact } from './voucher-contacts.ts'

const VOUCHER = 'a'.repeat(64)
const OTHER = 'b'.repeat(64)
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second))
const contact = (call: string, second: number, rest: Partial<VoucherContact> = {}): VoucherContact => ({
  voucher: VOUCHER,
  call,
  at: at(second),
  outcome: 'ok',
  detail: null,
  ...rest,
})

const insertVouched = statement((db) =>
  insertRow(db, 'vouched_request', {
    transaction_uuid: slot('uuid'),
    voucher: slot('voucher'),
    request_digest: slot('digest'),
    told_serial: slot('told'),
    due_at: slot('due'),
    attempts: 0,
    created_at: 0,
  }),
)

onBothDatabases((database) => {
  let store: Store
  let configuration: Configuration
  let driver: Driver
  beforeAll(async () => {
    const fresh = await database.fresh()
    store = fresh.store
    configuration = fresh.configuration
    driver = await database.driver(fresh.options)
  })

  const write = (rows: readonly Values[]) =>
    driver.commit({ writes: rows.map((values) => ({ statement: insertVouched, values, otherwise: 'state' })) })

  /** Issued certificates, and rows about them as whoever holds them writes them. */
  async function vouchedFor(rows: readonly Values[]): Promise<void> {
    for (const row of rows) {
      const transaction = sampleTransaction(configuration)
      await store.ledger.issue(transaction, sampleCertificate(samplePrepared(configuration)))
      await write([{ ...row, uuid: transaction.uuid, digest: Buffer.from(transaction.uuid) }])
    }
  }

  test('of each call the newest contact is kept, in whatever order they are noted', async () => {
    await store.voucherContacts.note([
      contact('validate', 5),
      contact('notify', 1, { outcome: 'failed', detail: 'down' }),
    ])
    await store.voucherContacts.note([])
    await store.voucherContacts.note([
      contact('validate', 3, { outcome: 'refused' }),
      contact('notify', 2),
      contact('validate', 9, { voucher: OTHER }),
    ])
    expect(await store.voucherContacts.of(VOUCHER)).toEqual([contact('notify', 2), contact('validate', 5)])
    expect(await store.voucherContacts.of('c'.repeat(64))).toEqual([])
  })

  test('certificates that are held and those that were given up are counted, and nothing else is', async () => {
    const none = { held: 0, unreported: 0 }
    expect(await store.voucherContacts.unacknowledged(VOUCHER)).toEqual(none)
    const row = { voucher: VOUCHER, told: null, due: null }
    await vouchedFor([
      { ...row, told: '0A' },
      { ...row, due: 1 },
      { ...row, due: 2 },
      row,
      { ...row, voucher: OTHER, due: 3 },
    ])
    expect(await store.voucherContacts.unacknowledged(VOUCHER)).toEqual({ held: 2, unreported: 1 })
    expect(await store.voucherContacts.unacknowledged(OTHER)).toEqual({ held: 1, unreported: 0 })
    expect(await store.voucherContacts.unacknowledged()).toEqual({ held: 3, unreported: 1 })
    // Ordered, and not issued yet.
    const ordered = sampleTransaction(configuration)
    await store.ledger.begin(ordered, samplePrepared(configuration))
    await write([{ ...row, due: 4, uuid: ordered.uuid, digest: Buffer.from('ordered') }])
    expect(await store.voucherContacts.unacknowledged(VOUCHER)).toEqual({ held: 2, unreported: 1 })
  })
})
