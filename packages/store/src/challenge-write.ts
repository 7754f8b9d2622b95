import { fromDate } from './column.ts'
import { insertRow, slot, statement } from './statement.ts'
import type { Write } from './unit.ts'
import { freeRequest } from './vouched/write.ts'

/** The writes of a challenge's life; each unit of the ledger takes those it needs. */

/** The condition decides, not what was read before: of fifty requests at once one gets the last use. */
export const takeChallenge = statement((db) =>
  db
    .updateTable('challenge')
    .set((eb) => ({ remaining: eb('remaining', '-', 1) }))
    .where('id', '=', slot<number>('challenge'))
    .where('remaining', '>', 0)
    .where('expires_at', '>', slot<number>('now'))
    .where('revoked_at', 'is', null),
)

export const useChallenge = statement((db) =>
  insertRow(db, 'challenge_use', {
    challenge_id: slot('challenge'),
    transaction_uuid: slot('transaction'),
    state: slot('state'),
    changed_at: slot('now'),
  }),
)

const spendUse = moveReserved('spent')

const returnUse = moveReserved('returned')

/** Before `returnUse`: afterwards nothing is reserved any more. */
const returnChallenge = statement((db) =>
  db
    .updateTable('challenge')
    .set((eb) => ({ remaining: eb('remaining', '+', 1) }))
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('challenge_use')
        .select('challenge_id')
        .where('transaction_uuid', '=', slot<string>('transaction'))
        .where('state', '=', 'reserved'),
    ),
)

function moveReserved(to: 'spent' | 'returned') {
  return statement((db) =>
    db
      .updateTable('challenge_use')
      .set({ state: to, changed_at: slot<number>('now') })
      .where('transaction_uuid', '=', slot<string>('transaction'))
      .where('state', '=', 'reserved'),
  )
}

/**
 * The use of a transaction goes back to its challenge, if one is reserved still; and a CSR that somebody vouched for may
 * have another transaction.
 */
export function giveBackUse(transaction: string, now: Date): Write[] {
  const values = { transaction, now: fromDate(now) }
  return [returnChallenge, returnUse, freeRequest].map((one) => ({
    statement: one,
    values,
    expect: 'any',
    otherwise: 'state',
  }))
}

/** If one is reserved still. */
export function spendReservedUse(transaction: string, now: Date): Write {
  const values = { transaction, now: fromDate(now) }
  return { statement: spendUse, values, expect: 'any', otherwise: 'state' }
}
