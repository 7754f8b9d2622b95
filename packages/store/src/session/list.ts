import { fromDate, toDate, toFlag } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { User } from '../user/user.ts'
import { IDLE_MILLISECONDS, type Session, toSession } from './session.ts'

export interface SessionListOptions {
  /** Of one user only. */
  readonly userUuid?: string | undefined
  /** Also those that are over. */
  readonly ended?: boolean | undefined
  /** Where the page before ended. */
  readonly before?: number | undefined
  readonly limit: number
}

export interface SessionPage {
  readonly sessions: readonly {
    readonly session: Session
    readonly user: Pick<User, 'name' | 'enabled' | 'deletedAt'>
  }[]
  /** Where the next page begins; undefined: there is none. */
  readonly next: number | undefined
}

/** The newest first. */
export async function listSessions(driver: Driver, options: SessionListOptions, now: Date): Promise<SessionPage> {
  const { userUuid, ended = false, before = Number.MAX_SAFE_INTEGER, limit } = options
  const rows = await driver.report((db) => {
    let query = db
      .selectFrom('session')
      .innerJoin('user', 'user.uuid', 'session.user_uuid')
      .selectAll('session')
      .select(['user.name as user_name', 'user.enabled as user_enabled', 'user.deleted_at as user_deleted_at'])
      .where('session.id', '<', before)
      .orderBy('session.id', 'desc')
      .limit(limit + 1)
    if (userUuid !== undefined) query = query.where('session.user_uuid', '=', userUuid)
    if (ended) return query
    return query
      .where('session.revoked_at', 'is', null)
      .where('session.expires_at', '>', fromDate(now))
      .where('session.last_used_at', '>', fromDate(new Date(now.getTime() - IDLE_MILLISECONDS)))
      .where('user.enabled', '=', 1)
      .where('user.deleted_at', 'is', null)
  })
  const page = rows.slice(0, limit)
  return {
    sessions: page.map((row) => ({
      session: toSession(row),
      user: {
        name: row.user_name,
        enabled: toFlag(row.user_enabled),
        deletedAt: row.user_deleted_at === null ? null : toDate(row.user_deleted_at),
      },
    })),
    next: rows.length > limit ? Number(page.at(-1)?.id) : undefined,
  }
}
