import type { HeldCertificate, UnitOutcome, VouchedRequests } from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import { fromDate, fromText, toBytes, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import { outcomeOf } from '../ledger.ts'
import { unseal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { type RowOf, slot, statement } from '../statement.ts'
import { findByRequest, toKnownTransaction } from '../transaction/known.ts'
import type { Write } from '../unit.ts'
import { csrPlace, postpone, requestDigest, writeSettlement } from './write.ts'

export interface VouchedStore extends VouchedRequests {
  /** Whether it is remembered for too long with which key some challenge was shown. */
  isPruneDue(now: Date): Promise<boolean>
  prune(now: Date, lease?: Lease): Promise<void>
}

/** Certificates that are held until whoever vouched has heard of them (design, rule 11). */
export function vouchedRequests(driver: Driver, keys: StoreKeys): VouchedStore {
  const outcome = async (writes: readonly Write[]): Promise<UnitOutcome> => outcomeOf(await driver.commit({ writes }))
  return {
    async find(csr) {
      const row = await driver.first(findByRequest, { request: requestDigest(keys, csr) })
      if (row === undefined) return undefined
      return row.superseded_by === null ? toKnownTransaction(row, keys) : 'over'
    },
    async held(transaction) {
      const row = await driver.first(findHeld, { transaction })
      return row === undefined ? undefined : toHeld(row, keys)
    },
    release: ({ transaction, certificateUuid: certificate }, { toldSerial, toldIssuer }, audit) =>
      outcome([
        ...writeSettlement('free', {
          ...{ transaction, certificate },
          toldSerial: fromText(toldSerial),
          toldIssuer: fromText(toldIssuer),
        }),
        ...writeAudit(keys, audit),
      ]),
    postpone: ({ transaction, attempts }, dueAt, trouble) =>
      outcome([
        {
          statement: postpone,
          values: { transaction, attempts, dueAt: fromDate(dueAt), trouble: fromText(trouble) },
          otherwise: 'state',
        },
      ]),
    giveUp: ({ transaction, certificateUuid: certificate }, audit) =>
      outcome([
        ...writeSettlement('unreported', { transaction, certificate, toldSerial: null, toldIssuer: null }),
        ...writeAudit(keys, audit),
      ]),
    isAnyDue: async (now) => (await driver.first(firstDue, { now: fromDate(now) })) !== undefined,
    async due(now, limit) {
      const rows = await driver.all(listDue, { now: fromDate(now), limit })
      return rows.flatMap((row) => toHeld(row, keys) ?? [])
    },
    isPruneDue: async (now) => (await driver.first(firstKept, { now: fromDate(now) })) !== undefined,
    async prune(now, lease) {
      const values = { now: fromDate(now) }
      await driver.commit({
        writes: [...requireLease(lease), { statement: forgetKept, values, expect: 'any', otherwise: 'state' }],
      })
    },
  }
}

const HELD = [
  'v.transaction_uuid',
  'v.voucher',
  'v.sealed_csr',
  'v.attempts',
  'v.created_at',
  't.transaction_id',
  't.endpoint',
  't.signer_digest',
  'c.uuid',
  'c.der',
  'c.subject',
  'c.state',
] as const

const findHeld = statement((db) =>
  db
    .selectFrom('vouched_request as v')
    .innerJoin('scep_transaction as t', 't.uuid', 'v.transaction_uuid')
    .innerJoin('certificate as c', 'c.uuid', 't.certificate_uuid')
    .where('v.transaction_uuid', '=', slot<string>('transaction'))
    .where('c.release', '=', 'held')
    .select(HELD),
)

/** What is ordered and not issued yet has nothing to tell. */
const firstDue = statement((db) =>
  db
    .selectFrom('vouched_request as v')
    .innerJoin('scep_transaction as t', 't.uuid', 'v.transaction_uuid')
    .where('v.due_at', '<=', slot<number>('now'))
    .where('t.state', '=', 'issued')
    .limit(1)
    .select('v.transaction_uuid'),
)

const listDue = statement((db) =>
  db
    .selectFrom('vouched_request as v')
    .innerJoin('scep_transaction as t', 't.uuid', 'v.transaction_uuid')
    .innerJoin('certificate as c', 'c.uuid', 't.certificate_uuid')
    .where('v.due_at', '<=', slot<number>('now'))
    .where('c.release', '=', 'held')
    .orderBy('v.due_at')
    .limit(slot<number>('limit'))
    .select(HELD),
)

const firstKept = statement((db) =>
  db.selectFrom('vouched_challenge').select('kept_until').where('kept_until', '<=', slot<number>('now')).limit(1),
)

const forgetKept = statement((db) => db.deleteFrom('vouched_challenge').where('kept_until', '<=', slot<number>('now')))

function toHeld(row: RowOf<typeof findHeld>, keys: StoreKeys): HeldCertificate | undefined {
  if (row.sealed_csr === null) return undefined
  return {
    transaction: row.transaction_uuid,
    voucher: row.voucher,
    transactionId: toBytes(row.transaction_id).toString('latin1') as HeldCertificate['transactionId'],
    endpoint: row.endpoint,
    signerDigest: toBytes(row.signer_digest),
    csr: unseal(keys, csrPlace(row.transaction_uuid), toBytes(row.sealed_csr)),
    certificate: toBytes(row.der),
    certificateUuid: row.uuid,
    subject: row.subject ?? '',
    revoked: row.state === 'revoked',
    attempts: row.attempts,
    since: toDate(row.created_at),
  }
}
