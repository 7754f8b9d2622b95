import { sql } from 'kysely'
import { fromDate } from '../column.ts'
import { uuidAt } from '../decision/uuid-at.ts'
import type { Driver } from '../driver.ts'
import { advance, readPosition } from '../job-position.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import { slot, statement } from '../statement.ts'

/** How transactions that are over are forgotten. */
export interface TransactionPruning {
  isPruneDue(before: Date): Promise<boolean>
  /**
   * Goes through those that began before, in the order in which they began, and removes what is over. One whose certificate
   * is valid is not over, so that an old message finds its own certificate and mints no other (design, rule 21); neither is
   * one that somebody may yet decide upon.
   * @returns how many were removed
   */
  prune(before: Date, now: Date, lease?: Lease): Promise<number>
}

const POSITION = 'pruneTransactions'
/** Small commits: devices wait for the same database. */
const AT_A_TIME = 500
const ROUNDS = 40

export function transactionPruning(driver: Driver): TransactionPruning {
  return {
    isPruneDue: async (before) => (await driver.first(firstOld, { before: uuidAt(before) })) !== undefined,
    async prune(before, now, lease) {
      let removed = 0
      for (let round = 0; round < ROUNDS; round++) {
        const from = await readPosition(driver, POSITION)
        const stretch = { from, before: uuidAt(before), now: fromDate(now), limit: AT_A_TIME }
        const { last = null, over = 0 } = (await driver.first(measure, stretch)) ?? {}
        // At the end it begins anew: by the next time some that were valid have ended.
        const to = last === null ? 0 : Number(last)
        const values = { ...stretch, to }
        const { status } = await driver.commit({
          writes: [
            ...requireLease(lease),
            ...(Number(over) === 0
              ? []
              : [
                  { statement: removeApprovals, values, expect: 'any', otherwise: 'state' } as const,
                  { statement: removeVouched, values, expect: 'any', otherwise: 'state' } as const,
                  { statement: remove, values, expect: 'any', otherwise: 'state' } as const,
                ]),
            advance(POSITION, from, to),
          ],
        })
        if (status === 'conflict') return removed
        removed += Number(over)
        if (to === 0) return removed
      }
      return removed
    },
  }
}

/**
 * A refused or failed one has nothing that could be asked for; what was superseded is found by nobody. Of an issued one the
 * certificate must have ended. Who vouched for one names it by what he was told until it has ended, whatever else became of it.
 */
const OVER = sql`t.sealed_csr is null and not exists (select 1 from vouched_request v
    join certificate c on c.uuid = t.certificate_uuid
    where v.transaction_uuid = t.uuid and c.not_after > ${slot('now')})
  and (t.superseded_by is not null or t.state in ('denied', 'failed', 'refused')
  or (t.state = 'issued' and not exists
    (select 1 from certificate c where c.uuid = t.certificate_uuid and c.not_after > ${slot('now')})))`

const STRETCH = sql`select t.id from scep_transaction t where t.id > ${slot('from')} and t.uuid < ${slot('before')}
  order by t.id limit ${slot('limit')}`

const measure = statement<{ last: number | null; over: number | null }>((db) => ({
  compile: () =>
    sql<{ last: number | null; over: number | null }>`select max(t.id) as last,
      sum(case when ${OVER} then 1 else 0 end) as over from scep_transaction t where t.id in (${STRETCH})`.compile(db),
}))

const OVER_IN_STRETCH = sql`t.id > ${slot('from')} and t.id <= ${slot('to')} and t.uuid < ${slot('before')} and ${OVER}`

const removeApprovals = statement((db) => ({
  compile: () =>
    sql`delete from approval where transaction_uuid in
      (select t.uuid from scep_transaction t where ${OVER_IN_STRETCH})`.compile(db),
}))

const removeVouched = statement((db) => ({
  compile: () =>
    sql`delete from vouched_request where transaction_uuid in
      (select t.uuid from scep_transaction t where ${OVER_IN_STRETCH})`.compile(db),
}))

const remove = statement((db) => ({
  compile: () =>
    sql`delete from scep_transaction where id in (select t.id from scep_transaction t where ${OVER_IN_STRETCH})`.compile(
      db,
    ),
}))

const firstOld = statement((db) =>
  db.selectFrom('scep_transaction').select('id').where('uuid', '<', slot<string>('before')).limit(sql.lit(1)),
)
