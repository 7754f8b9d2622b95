import type { Selectable } from 'kysely'
import { toDate } from '../column.ts'
import type { SessionTable } from '../schema/tables.ts'
import { type StoredGrant, toGrants, type User } from '../user/user.ts'

/** That somebody is signed in, in one browser. The cookie itself is nowhere in it. */
export interface Session {
  readonly uuid: string
  readonly userUuid: string
  /** How the person signed in: `password`, `link`, `oidc`, `certificate`. */
  readonly method: string
  /** Those that an identity provider vouched for; null: those that the user has at this moment. */
  readonly grants: readonly StoredGrant[] | null
  /** Address that it was begun from. */
  readonly source: string | null
  readonly userAgent: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
  /** To the minute. */
  readonly lastUsedAt: Date
  readonly revokedAt: Date | null
}

export interface SessionOfUser {
  readonly session: Session
  readonly user: User
}

/** Whether a session opens anything, and if not, why. */
export type SessionState = 'live' | 'revoked' | 'expired' | 'idle' | 'userDisabled'

/** A session that is not used for so long ends by itself (NIST SP 800-63B §2.2.3: an hour at most). */
export const IDLE_MILLISECONDS = 3_600_000

export function sessionStateOf(
  { session, user }: { readonly session: Session; readonly user: Pick<User, 'enabled' | 'deletedAt'> },
  now: Date,
): SessionState {
  if (session.revokedAt !== null) return 'revoked'
  if (!user.enabled || user.deletedAt !== null) return 'userDisabled'
  if (now >= session.expiresAt) return 'expired'
  return now.getTime() - session.lastUsedAt.getTime() >= IDLE_MILLISECONDS ? 'idle' : 'live'
}

export type SessionRow = Omit<Selectable<SessionTable>, 'digest'>

export function toSession(row: SessionRow): Session {
  const { uuid, method, source } = row
  return {
    uuid,
    userUuid: row.user_uuid,
    method,
    grants: row.grants === null ? null : toGrants(row.grants),
    source,
    userAgent: row.user_agent,
    createdAt: toDate(row.created_at),
    expiresAt: toDate(row.expires_at),
    lastUsedAt: toDate(row.last_used_at),
    revokedAt: row.revoked_at === null ? null : toDate(row.revoked_at),
  }
}
