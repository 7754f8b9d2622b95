import { sql } from 'kysely'
import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import { slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'
import { KEPT_MILLISECONDS } from './create.ts'

/** What a job does to challenges, so that the table does not grow for ever. */
export interface ChallengePruning {
  isPruneDue(now: Date): Promise<boolean>
  /**
   * Challenges that expired long ago are removed with their uses, unless a transaction that took a use may yet be decided
   * upon, or led to a certificate that has not ended: then they are looked at again when it has. Of those that can open
   * nothing any more the sealed text is removed at once.
   * @returns how many were removed
   */
  prune(now: Date, lease?: Lease): Promise<number>
}

/** Small commits: devices wait for the same database. */
const AT_A_TIME = 100
const ROUNDS = 50
/** While somebody has yet to decide. */
const LOOK_AGAIN_MILLISECONDS = 86_400_000

export function challengePruning(driver: Driver): ChallengePruning {
  const remove = async (id: number, now: Date, lease: Lease | undefined): Promise<boolean> => {
    const values = { id, now: fromDate(now) }
    const { status } = await driver.commit({
      writes: [
        ...requireLease(lease),
        { statement: deleteChallenge, values, otherwise: 'state' },
        { statement: deleteUses, values, expect: 'any', otherwise: 'state' },
      ],
    })
    return status === 'committed'
  }
  const keep = (id: number, until: number, lease: Lease | undefined) =>
    driver.commit({
      writes: [
        ...requireLease(lease),
        { statement: postpone, values: { id, until }, otherwise: 'state' } satisfies Write,
      ],
    })
  return {
    async isPruneDue(now) {
      const values = { now: fromDate(now), limit: 1 }
      return (
        (await driver.first(listDue, values)) !== undefined || (await driver.first(firstSealed, values)) !== undefined
      )
    },
    async prune(now, lease) {
      const forget: Write = { statement: forgetText, values: { now: fromDate(now) }, expect: 'any', otherwise: 'state' }
      await driver.commit({ writes: [...requireLease(lease), forget] })
      let removed = 0
      for (let round = 0; round < ROUNDS; round++) {
        const due = await driver.all(listDue, { now: fromDate(now), limit: AT_A_TIME })
        const outcomes = await Promise.all(
          due.map(async (row) => {
            const until = neededUntil(row, now)
            if (until <= fromDate(now)) return remove(row.id, now, lease)
            await keep(row.id, until, lease)
            return false
          }),
        )
        removed += outcomes.filter((gone) => gone).length
        if (due.length < AT_A_TIME) break
      }
      return removed
    },
  }
}

interface DueRow {
  readonly id: number
  readonly expires_at: number
  /** End of the last certificate that it led to. */
  readonly last_end: number | null
  /** Transactions that are not at their end. */
  readonly open: number
}

function neededUntil({ expires_at, last_end, open }: DueRow, now: Date): number {
  const lookedBackUntil = expires_at + KEPT_MILLISECONDS * 1000
  const decidedUntil = Number(open) > 0 ? fromDate(now) + LOOK_AGAIN_MILLISECONDS * 1000 : 0
  return Math.max(lookedBackUntil, last_end ?? 0, decidedUntil)
}

/** A request that failed may be approved again as long as it is kept sealed, and then takes its use again. */
const OPEN = sql`(t.state in ('awaiting_approval', 'ordered') or t.sealed_csr is not null) and t.superseded_by is null`

const listDue = statement<DueRow>((db) => ({
  compile: () =>
    sql<DueRow>`select c.id, c.expires_at,
      (select max(k.not_after) from challenge_use u join scep_transaction t on t.uuid = u.transaction_uuid
        join certificate k on k.uuid = t.certificate_uuid where u.challenge_id = c.id) as last_end,
      (select count(*) from challenge_use u join scep_transaction t on t.uuid = u.transaction_uuid
        where u.challenge_id = c.id and ${OPEN}) as open
      from challenge c where c.kept_until <= ${slot('now')} order by c.kept_until limit ${slot('limit')}`.compile(db),
}))

const deleteChallenge = statement((db) =>
  db
    .deleteFrom('challenge')
    .where('id', '=', slot<number>('id'))
    .where('kept_until', '<=', slot<number>('now'))
    .where('expires_at', '<=', slot<number>('now')),
)

const deleteUses = statement((db) => db.deleteFrom('challenge_use').where('challenge_id', '=', slot<number>('id')))

const postpone = statement((db) =>
  db
    .updateTable('challenge')
    .set({ kept_until: slot<number>('until') })
    .where('id', '=', slot<number>('id')),
)

/** Few rows at any time, and all of them in an index of their own. */
const firstSealed = statement((db) =>
  db
    .selectFrom('challenge')
    .where('sealed_challenge', 'is not', null)
    .where((eb) => eb.or([eb('expires_at', '<=', slot<number>('now')), eb('revoked_at', 'is not', null)]))
    .limit(slot<number>('limit'))
    .select('id'),
)

const forgetText = statement((db) =>
  db
    .updateTable('challenge')
    .set({ sealed_challenge: null })
    .where('sealed_challenge', 'is not', null)
    .where((eb) => eb.or([eb('expires_at', '<=', slot<number>('now')), eb('revoked_at', 'is not', null)])),
)
