import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import { slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'
import { deleteLinks, deleteSessions } from './write.ts'

/** What a job does, so that neither table grows for ever. */
export interface SessionPruning {
  isPruneDue(now: Date): Promise<boolean>
  /** Forgets sessions and links that ended long ago. */
  prune(now: Date, lease?: Lease): Promise<void>
}

/** So long it is known from where somebody signs in, and what a session was. */
const KEPT_MILLISECONDS = 90 * 86_400_000
/** Small commits: devices wait for the same database. */
const AT_A_TIME = 200
const ROUNDS = 50

export function sessionPruning(driver: Driver): SessionPruning {
  const boundary = (now: Date) => fromDate(new Date(now.getTime() - KEPT_MILLISECONDS))
  return {
    async isPruneDue(now) {
      const values = { before: boundary(now) }
      return (
        (await driver.first(firstOldSession, values)) !== undefined ||
        (await driver.first(firstOldLink, values)) !== undefined
      )
    },
    async prune(now, lease) {
      const before = boundary(now)
      const writes: Write[] = [
        { statement: deleteSessions, values: { before, limit: AT_A_TIME }, expect: 'any', otherwise: 'state' },
        { statement: deleteLinks, values: { before }, expect: 'any', otherwise: 'state' },
      ]
      for (let round = 0; round < ROUNDS; round++) {
        const { status } = await driver.commit({ writes: [...requireLease(lease), ...writes] })
        if (status !== 'committed' || (await driver.first(firstOldSession, { before })) === undefined) return
      }
    },
  }
}

const firstOldSession = statement((db) =>
  db
    .selectFrom('session')
    .select('uuid')
    .where('expires_at', '<=', slot<number>('before'))
    .orderBy('expires_at')
    .limit(1),
)

const firstOldLink = statement((db) =>
  db.selectFrom('sign_in_link').select('id').where('expires_at', '<=', slot<number>('before')).limit(1),
)
