import { sql } from 'kysely'
import { databaseTime } from '../lease-store.ts'
import { transactionRow } from '../ledger.ts'
import { insertRow, slot, statement } from '../statement.ts'

/** The statements of the order book; each of its units takes those it needs. */

/** What the message that asked will not be there to tell when the answer comes. */
export const insertOrdered = statement((db) =>
  insertRow(db, 'scep_transaction', {
    ...transactionRow(),
    predecessor: slot('predecessor'),
    sealed_challenge: slot('sealedChallenge'),
    expires_at: slot('expiresAt'),
  }),
)

/** One that was `received`, and is judged at last; the password of its reply is in its row already. */
export const continueOrdered = statement((db) =>
  db
    .updateTable('scep_transaction')
    .set({
      state: 'ordered',
      ra_profile_id: slot<number>('raProfile'),
      config_version: slot<number>('version'),
      issuer_id: slot<number>('issuer'),
      predecessor: slot<string>('predecessor'),
      changed_at: slot<number>('now'),
      sealed_csr: null,
      expires_at: slot<number>('expiresAt'),
    })
    .where('uuid', '=', slot<string>('uuid'))
    .where('state', '=', 'received')
    .where('superseded_by', 'is', null),
)

export const insertOrder = statement((db) =>
  insertRow(db, 'authority_order', {
    transaction_uuid: slot('transaction'),
    authority_id: slot('authority'),
    upstream_transaction_id: slot('upstreamTransactionId'),
    message: slot('message'),
    sealed_memo: slot('memo'),
    state: 'ordered',
    attempts: 0,
    created_at: slot('now'),
    due_at: slot('now'),
    lease_until: null,
    fence: 0,
  }),
)

/** Of two nodes that want to send one does. */
export const takeOrder = statement(
  (db) =>
    db
      .updateTable('authority_order')
      .set((eb) => ({
        lease_until: sql<number>`${databaseTime(db)} + ${slot('length')}`,
        fence: eb('fence', '+', 1),
        attempts: eb('attempts', '+', 1),
      }))
      .where('transaction_uuid', '=', slot<string>('transaction'))
      .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', databaseTime(db))])),
  'fence',
)

/** The lease becomes the pause. */
export const postpone = statement((db) =>
  db
    .updateTable('authority_order')
    .set({
      state: slot<'ordered' | 'pending'>('state'),
      due_at: slot<number>('dueAt'),
      lease_until: sql<number>`${databaseTime(db)} + ${slot('pause')}`,
      trouble: slot<string>('trouble'),
    })
    .where('transaction_uuid', '=', slot<string>('transaction'))
    .where('fence', '=', slot<number>('fence')),
)

export const forgetHeld = statement((db) =>
  db
    .deleteFrom('authority_order')
    .where('transaction_uuid', '=', slot<string>('transaction'))
    .where('fence', '=', slot<number>('fence')),
)

export const forgetOrder = statement((db) =>
  db.deleteFrom('authority_order').where('transaction_uuid', '=', slot<string>('transaction')),
)

export const expireOrdered = statement((db) =>
  db
    .updateTable('scep_transaction')
    .set({ state: 'failed', changed_at: slot<number>('now'), sealed_challenge: null })
    .where('uuid', '=', slot<string>('transaction'))
    .where('state', '=', 'ordered')
    .where('tbs', 'is', null)
    .where('expires_at', '<=', slot<number>('now')),
)
