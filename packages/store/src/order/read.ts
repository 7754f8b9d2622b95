import type { RecordedOrder } from '@chancery/ra'
import { sql } from 'kysely'
import { toBytes } from '../column.ts'
import { databaseTime } from '../lease-store.ts'
import { type SealedPlace, unseal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { type RowOf, slot, statement } from '../statement.ts'

export const isThere = statement((db) =>
  db.selectFrom('authority_order').select('fence').where('transaction_uuid', '=', slot<string>('transaction')),
)

export const findOrder = statement((db) =>
  db
    .selectFrom('authority_order as o')
    .innerJoin('scep_transaction as t', 't.uuid', 'o.transaction_uuid')
    .where('o.transaction_uuid', '=', slot<string>('transaction'))
    .select([
      'o.transaction_uuid',
      'o.authority_id',
      'o.upstream_transaction_id',
      'o.message',
      'o.sealed_memo',
      'o.state',
      'o.attempts',
      't.issuer_id',
      't.csr_key_digest',
      't.predecessor',
      't.scep_profile_id',
      't.endpoint',
      't.transaction_id',
      't.signer_digest',
    ]),
)

export const firstDue = statement((db) =>
  db
    .selectFrom('authority_order')
    .where('due_at', '<=', slot<number>('now'))
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', databaseTime(db))]))
    .limit(1)
    .select('transaction_uuid'),
)

/** What somebody holds is not due, whatever the time. */
export const listDue = statement((db) =>
  db
    .selectFrom('authority_order as o')
    .innerJoin('scep_transaction as t', 't.uuid', 'o.transaction_uuid')
    .where('o.authority_id', '=', slot<number>('authority'))
    .where('o.due_at', '<=', slot<number>('now'))
    .where((eb) => eb.or([eb('o.lease_until', 'is', null), eb('o.lease_until', '<=', databaseTime(db))]))
    .orderBy('o.due_at')
    .limit(slot<number>('limit'))
    .select(['o.transaction_uuid', 't.expires_at']),
)

interface Counted {
  readonly open: number
  readonly pending: number | null
  readonly oldest: number | null
}

export const countOrders = statement<Counted>((db) => ({
  compile: () =>
    sql<Counted>`select count(*) as open, sum(case when state = 'pending' then 1 else 0 end) as pending,
      min(created_at) as oldest from authority_order where authority_id = ${slot('authority')}`.compile(db),
}))

/** Its next try is the furthest away, or it was sent the latest. */
export const lastTrouble = statement((db) =>
  db
    .selectFrom('authority_order')
    .where('authority_id', '=', slot<number>('authority'))
    .where('trouble', 'is not', null)
    .orderBy('lease_until', 'desc')
    .limit(1)
    .select('trouble'),
)

export function toRecordedOrder(row: RowOf<typeof findOrder>, keys: StoreKeys): Omit<RecordedOrder, 'fence'> {
  return {
    transaction: row.transaction_uuid,
    authorityId: row.authority_id,
    issuerId: row.issuer_id ?? 0,
    upstreamTransactionId: row.upstream_transaction_id,
    message: toBytes(row.message),
    memo: unseal(keys, memoPlace(row.transaction_uuid), toBytes(row.sealed_memo)),
    state: row.state,
    attempts: row.attempts,
    csrKeyDigest: toBytes(row.csr_key_digest),
    predecessor: row.predecessor ?? undefined,
    scepProfileId: row.scep_profile_id,
    identity: {
      endpoint: row.endpoint,
      transactionId: toBytes(row.transaction_id).toString('latin1') as RecordedOrder['identity']['transactionId'],
      signerDigest: toBytes(row.signer_digest),
    },
  }
}

export function memoPlace(row: string): SealedPlace {
  return { table: 'authority_order', column: 'sealed_memo', row }
}
