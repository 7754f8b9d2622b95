import { mayMove, type TransactionState } from '@chancery/ra'
import { type Kysely, sql } from 'kysely'
import { transactionRow } from '../ledger.ts'
import type { Database } from '../schema/tables.ts'
import { condition, insertRow, slot, statement } from '../statement.ts'

/** The statements of the queue; each of its units takes those it needs. */

export const insertWaiting = statement((db) =>
  insertRow(db, 'scep_transaction', {
    ...transactionRow(),
    sealed_csr: slot('sealedCsr'),
    sealed_challenge: slot('sealedChallenge'),
    subject: slot('subject'),
    predecessor: slot('predecessor'),
    source: slot('source'),
    expires_at: slot('expiresAt'),
    authenticated: slot('authenticated'),
  }),
)

/** One that was `received`, and may become a certificate if a person agrees. */
export const continueWaiting = statement((db) =>
  db
    .updateTable('scep_transaction')
    .set({
      state: 'awaiting_approval',
      ra_profile_id: slot<number>('raProfile'),
      config_version: slot<number>('version'),
      issuer_id: slot<number>('issuer'),
      changed_at: slot<number>('now'),
      sealed_csr: slot<Buffer>('sealedCsr'),
      sealed_challenge: slot<Buffer>('sealedChallenge'),
      subject: slot<string>('subject'),
      predecessor: slot<string>('predecessor'),
      source: slot<string>('source'),
      expires_at: slot<number>('expiresAt'),
      authenticated: slot<0 | 1>('authenticated'),
    })
    .where('uuid', '=', slot<string>('uuid'))
    .where('state', '=', 'received')
    .where('superseded_by', 'is', null),
)

/** States in which nothing vouches for a request yet, and the requests are counted. */
export type Unvouched = 'awaiting_approval' | 'received'

/**
 * Fewer wait than may. PostgreSQL counts what is committed: requests at the same moment may go a little above it. What is
 * too late does not count, whether or not that was written down.
 */
function room(state: Unvouched) {
  const counted = sql`select count(*) from scep_transaction
  where state = ${sql.lit(state)} and scep_profile_id = ${slot('scepProfile')} and authenticated = 0 and expires_at > ${slot('now')}`
  return {
    inAll: condition((db) => ({
      compile: () => sql`select 1 as few where (${counted}) < ${slot('mostWaiting')}`.compile(db),
    })),
    ofSource: condition((db) => ({
      compile: () =>
        sql`select 1 as few where (${counted} and source = ${slot('source')}) < ${slot('mostWaitingPerSource')}`.compile(
          db,
        ),
    })),
  }
}

export const ROOM: Readonly<Record<Unvouched, ReturnType<typeof room>>> = {
  awaiting_approval: room('awaiting_approval'),
  received: room('received'),
}

export const insertApproval = statement((db) =>
  insertRow(db, 'approval', {
    uuid: slot('approval'),
    transaction_uuid: slot('transaction'),
    decision: slot('decision'),
    comment: slot('comment'),
    decided_by: slot('by'),
    decided_role: slot('role'),
    decided_at: slot('now'),
  }),
)

/** From here on a person decides; both may still change their mind but for `expire`. */
const DECIDABLE = ['awaiting_approval', 'failed'] as const

/** Sets of each move beside the state; what is decided for good keeps no CSR. */
const MOVED_TO = {
  issued: () => ({
    sealed_csr: null,
    issuer_id: slot<number>('issuer'),
    serial: slot<string>('serial'),
    certificate_uuid: slot<string>('certificate'),
    reason: null,
  }),
  ordered: () => ({
    issuer_id: slot<number>('issuer'),
    serial: slot<string>('serial'),
    tbs: slot<Buffer>('tbs'),
    shard: slot<number>('shard'),
    reason: null,
  }),
  /** The authority makes the certificate itself; the request is in the order, and nothing is left to decide here. */
  orderedElsewhere: () => ({
    sealed_csr: null,
    issuer_id: slot<number>('issuer'),
    expires_at: slot<number>('expiresAt'),
    reason: null,
  }),
  failed: () => ({ reason: slot<string>('reason') }),
  denied: () => ({
    sealed_csr: null,
    sealed_challenge: null,
    reason: slot<string>('reason'),
  }),
} satisfies Partial<Record<TransactionState | 'orderedElsewhere', unknown>>

/** Moves that rest on who agreed before; the others stand by themselves. */
const COUNTED: ReadonlySet<TransactionState> = new Set(['issued', 'ordered'])

/** The state decides, not what was read before; and what is too late is too late. */
export const MOVES = {
  issued: move('issued'),
  ordered: move('ordered'),
  orderedElsewhere: move('ordered', 'orderedElsewhere'),
  failed: move('failed'),
  denied: move('denied'),
}

function move(to: TransactionState & keyof typeof MOVED_TO, sets: keyof typeof MOVED_TO = to) {
  for (const from of DECIDABLE) if (!mayMove(from, to)) throw new TypeError(`no move from ${from} to ${to}`)
  return statement((db) => {
    const moved = decide(db).set({ state: to, changed_at: slot<number>('now'), ...MOVED_TO[sets]() })
    return COUNTED.has(to) ? moved.where('decisions', '=', slot<number>('seen')) : moved
  })
}

/**
 * Goes on waiting, with one more who agreed. The number is in the row that is written, so that PostgreSQL lets one of two
 * at the same moment wait for the other, and then see that it counted too few.
 */
export const noteConsent = statement((db) => decide(db).where('decisions', '=', slot<number>('seen')))

function decide(db: Kysely<Database>) {
  return db
    .updateTable('scep_transaction')
    .set((eb) => ({ decisions: eb('decisions', '+', 1) }))
    .where('uuid', '=', slot<string>('transaction'))
    .where('state', 'in', DECIDABLE)
    .where('sealed_csr', 'is not', null)
    .where('superseded_by', 'is', null)
    .where('expires_at', '>', slot<number>('now'))
}

export const moveExpired = statement((db) =>
  db
    .updateTable('scep_transaction')
    .set({ state: 'denied', changed_at: slot<number>('now'), ...MOVED_TO.denied() })
    .where('uuid', '=', slot<string>('transaction'))
    .where('state', '=', 'awaiting_approval')
    .where('expires_at', '<=', slot<number>('now')),
)

/** Decided at last, by whoever was asked or by a rule that is broken now. */
export const refuseReceived = statement((db) =>
  db
    .updateTable('scep_transaction')
    .set({ state: 'refused', changed_at: slot<number>('now'), ...MOVED_TO.denied() })
    .where('uuid', '=', slot<string>('transaction'))
    .where('state', '=', 'received')
    .where('superseded_by', 'is', null),
)

/** Nobody said in time. */
export const refuseReceivedTooLate = statement((db) =>
  db
    .updateTable('scep_transaction')
    .set({ state: 'refused', changed_at: slot<number>('now'), ...MOVED_TO.denied() })
    .where('sealed_csr', 'is not', null)
    .where('state', '=', 'received')
    .where('expires_at', '<=', slot<number>('now')),
)

/** For another try after the use was returned: nobody else may have it by now. */
export const retakeChallenge = statement((db) =>
  db
    .updateTable('challenge')
    .set((eb) => ({ remaining: eb('remaining', '-', 1) }))
    .where('remaining', '>', 0)
    .where('revoked_at', 'is', null)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('challenge_use')
        .select('challenge_id')
        .where('transaction_uuid', '=', slot<string>('transaction'))
        .where('state', '=', 'returned'),
    ),
)

export const takeReturnedUse = statement((db) =>
  db
    .updateTable('challenge_use')
    .set({ state: slot<'reserved' | 'spent'>('use'), changed_at: slot<number>('now') })
    .where('transaction_uuid', '=', slot<string>('transaction'))
    .where('state', '=', 'returned'),
)

/** It failed, and nobody tried again in time. */
export const forgetCsrs = statement((db) =>
  db
    .updateTable('scep_transaction')
    .set({ sealed_csr: null })
    .where('sealed_csr', 'is not', null)
    .where('state', '=', 'failed')
    .where('expires_at', '<=', slot<number>('now')),
)

export const forgetChallenges = statement((db) =>
  db
    .updateTable('scep_transaction')
    .set({ sealed_challenge: null })
    .where('sealed_challenge', 'is not', null)
    .where('state', 'not in', ['received', 'awaiting_approval', 'ordered'])
    .where('changed_at', '<=', slot<number>('before')),
)
