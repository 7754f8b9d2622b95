import { randomUUID } from 'node:crypto'
import type { DecisionRecord } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import type { Store } from '../index.ts'
import { NOW, sampleRecord } from '../testing/sample.ts'
import type { DecisionQuery } from './query.ts'

const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

/** By turns in either store. */
async function write(store: Store, records: readonly DecisionRecord[]): Promise<void> {
  await store.decisions.write(records.filter((_, index) => index % 2 === 0))
  expect(await store.refusals.write(records.filter((_, index) => index % 2 === 1))).toBe('written')
}

async function pages(store: Store, query: Partial<DecisionQuery>): Promise<DecisionRecord[]> {
  const all: DecisionRecord[] = []
  for (let before: string | undefined; ; ) {
    const { records, next } = await store.decisions.list({ limit: 3, ...query, before })
    all.push(...records)
    if (next === undefined) return all
    before = next
  }
}

onBothDatabases((database) => {
  test('both stores are one list, the newest first, page by page, and each record as it was written', async () => {
    const { store } = await database.fresh()
    const records = Array.from({ length: 11 }, (_, index) => sampleRecord({ at: at(index) }))
    await write(store, records)
    expect(await pages(store, {})).toEqual([...records].reverse())
    for (const record of records.slice(0, 2)) expect(await store.decisions.find(record.uuid)).toEqual(record)
    expect(await store.decisions.find(randomUUID())).toBeUndefined()
  })

  test('records are found by everything that they can be asked for by, in either store', async () => {
    const { store } = await database.fresh()
    const known = {
      transaction: randomUUID(),
      certificate: randomUUID(),
      challenge: randomUUID(),
      correlationId: '0123456789ab',
      transactionId: 'a / "b"',
      subject: 'CN=Straße 5%_\\,O=x',
      peer: '2001:db8::1',
      client: 'an Apple device',
      outcome: 'pending',
      reason: 'key_refused',
      scepProfileId: 5,
      raProfileId: 6,
    } as const
    const [one, other] = [sampleRecord({ at: at(1), ...known }), sampleRecord({ at: at(2), ...known })]
    await write(store, [one, other, sampleRecord(), sampleRecord()])
    const queries: Partial<DecisionQuery>[] = [
      ...Object.entries(known).map(([field, value]) => ({ [field]: value })),
      { subject: 'cn=stra' },
      { subject: '5%_\\' },
      { client: 'apple' },
      { from: at(1), to: at(3) },
      known,
    ]
    for (const query of queries) expect(await pages(store, query)).toEqual([other, one])
    const reach = { scepProfileIds: [9], raProfileIds: [6] }
    expect(await pages(store, { reach })).toEqual([other, one])
    expect(await pages(store, { reach: { scepProfileIds: [], raProfileIds: [] } })).toEqual([])
  })

  test('nothing in what is looked for is understood as anything but itself', async () => {
    const { store } = await database.fresh()
    await write(store, [sampleRecord(), sampleRecord()])
    const hostile = [
      "' or 1=1 --",
      '%',
      '_',
      '\\',
      '\0',
      '*',
      '"',
      '\ud800',
      'CN=printer1\0',
      '){}[]^$',
      '🖨'.repeat(50),
    ]
    for (const text of hostile) {
      for (const field of ['subject', 'client', 'peer', 'transactionId', 'correlationId', 'reason'] as const) {
        expect(await pages(store, { [field]: text })).toEqual([])
      }
    }
  })

  test('what a device sent that no text can hold is kept as far as it can be', async () => {
    const { store } = await database.fresh()
    const record = sampleRecord({ subject: 'CN=a\0b\ud800', transactionId: '\udfff' })
    await write(store, [record, { ...record, uuid: sampleRecord().uuid }])
    for (const { subject } of await pages(store, {})) expect(subject).toBe('CN=a\\00b\ufffd')
  })

  test('old records are removed from both, and no others', async () => {
    const { store } = await database.fresh()
    const day = 86_400
    const records = [0, 1, 2, 3, 4, 5].map((days) => sampleRecord({ at: at(days * day) }))
    await write(store, records)
    const before = at(3 * day - 43_200)
    expect(await store.decisions.isPruneDue(before)).toBe(true)
    expect(await store.refusals.isPruneDue(before)).toBe(true)
    expect(await store.decisions.prune(before)).toBe(2)
    await store.refusals.prune(before)
    expect(await pages(store, {})).toEqual(records.slice(3).reverse())
    expect(await store.decisions.isPruneDue(before)).toBe(false)
    expect(await store.refusals.isPruneDue(before)).toBe(false)
  })
})
