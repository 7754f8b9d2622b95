import { createHash } from 'node:crypto'
import type { RevocationWish, WishResult } from '@chancery/ra'
import { sql } from 'kysely'
import { fromDate } from '../column.ts'
import { slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'

/** New, or offered anew: unless its result waits to be told, it is to be decided. */
export function writeReceived(voucher: string, wish: RevocationWish, at: Date): Write {
  const { context, serialNumber, issuerName, caConfiguration } = wish
  const values = {
    voucher,
    context,
    digest: contextDigest(context),
    serial: serialNumber,
    issuer: issuerName,
    caConfiguration,
    now: fromDate(at),
  }
  return { statement: receive, values, expect: 'any', otherwise: 'state' }
}

function contextDigest(context: string): Buffer {
  return createHash('sha256').update(context).digest()
}

/** SQLite needs the WHERE to tell this ON from that of a join. */
const receive = statement((db) => {
  const upsert = sql`insert into requested_revocation
      (voucher, context_digest, context, serial, issuer, ca_configuration, state, attempts, received_at, changed_at)
    select ${slot('voucher')}, ${slot('digest')}, ${slot('context')}, ${slot('serial')}, ${slot('issuer')},
      ${slot('caConfiguration')}, 'received', 0, ${slot('now')}, ${slot('now')} where true
    on conflict (voucher, context_digest) do update set state = 'received', code = null, changed_at = excluded.changed_at
    where requested_revocation.state <> 'decided'`
  return { compile: () => upsert.compile(db) }
})

export function writeDecision(id: number, result: WishResult, certificate: string | undefined, at: Date): Write {
  const { code, message } = result
  const values = { id, code, message, certificate: certificate ?? null, now: fromDate(at) }
  return { statement: decide, values, otherwise: 'state' }
}

/** Told at once: it is due from now on. */
const decide = statement((db) =>
  db
    .updateTable('requested_revocation')
    .set({
      state: 'decided',
      code: slot<number>('code'),
      message: slot<string>('message'),
      certificate_uuid: slot<string>('certificate'),
      attempts: 0,
      due_at: slot<number>('now'),
      changed_at: slot<number>('now'),
    })
    .where('id', '=', slot<number>('id'))
    .where('state', '=', 'received'),
)

export const ignore = statement((db) =>
  db
    .updateTable('requested_revocation')
    .set({ state: 'ignored', message: slot<string>('why'), changed_at: slot<number>('now') })
    .where('id', '=', slot<number>('id'))
    .where('state', '=', 'received'),
)

export const report = statement((db) =>
  db
    .updateTable('requested_revocation')
    .set({ state: 'reported', due_at: null, changed_at: slot<number>('now') })
    .where('id', '=', slot<number>('id'))
    .where('state', '=', 'decided'),
)

export const postpone = statement((db) =>
  db
    .updateTable('requested_revocation')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), due_at: slot<number>('due') }))
    .where('id', '=', slot<number>('id'))
    .where('state', '=', 'decided'),
)

/** The second WHERE is for what a unit on PostgreSQL adds. */
export const beginCollection = statement((db) => {
  const upsert = sql`insert into revocation_collection (voucher, begun_at) select ${slot('voucher')}, ${slot('now')} where true
    on conflict (voucher) do update set begun_at = excluded.begun_at where true`
  return { compile: () => upsert.compile(db) }
})

export const forget = statement((db) =>
  db
    .deleteFrom('requested_revocation')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('requested_revocation')
        .select('requested_revocation.id')
        .where('requested_revocation.changed_at', '<', slot<number>('before'))
        .orderBy('requested_revocation.changed_at')
        .limit(slot<number>('limit')),
    ),
)
