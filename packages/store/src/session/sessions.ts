import { createHmac } from 'node:crypto'
import type { AuditEvent, Secret } from '@chancery/ra'
import { sql } from 'kysely'
import { writeAudit } from '../audit/write.ts'
import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'
import { fromGrants, toUser, type User } from '../user/user.ts'
import { listSessions, type SessionListOptions, type SessionPage } from './list.ts'
import { type Session, type SessionOfUser, type SessionRow, toSession } from './session.ts'
import { insertSession, noteSignIn, noteUse, revokeSession, writeRevocationOfUser } from './write.ts'

export interface NewSession extends Omit<Session, 'lastUsedAt' | 'revokedAt'> {
  readonly cookie: Secret
}

/** Nothing of it is ever cached: a session that is revoked is refused by every process from the next request on (design, rule 10). */
export interface Sessions {
  /** False: the user may not sign in (any more). */
  start(session: NewSession, audit?: readonly AuditEvent[]): Promise<boolean>
  /** By HMAC under a key of the store, with the user as the row is at this moment. */
  find(cookie: Secret): Promise<SessionOfUser | undefined>
  findByUuid(uuid: string): Promise<SessionOfUser | undefined>
  /** The newest first. */
  list(options: SessionListOptions, now: Date): Promise<SessionPage>
  /** Addresses from which this user signed in lately. */
  sourcesOf(userUuid: string): Promise<string[]>
  /** Writes down that it was used, unless that was done in the last minute. */
  used(session: Session, now: Date): Promise<void>
  /** False: there is none that is not revoked. */
  revoke(uuid: string, now: Date, audit?: readonly AuditEvent[]): Promise<boolean>
  /** All that the user has, but one. */
  revokeOfUser(
    user: Pick<User, 'uuid'>,
    options: { readonly now: Date; readonly exceptSession?: string | undefined },
    audit?: readonly AuditEvent[],
  ): Promise<void>
}

const MINUTE = 60_000

export function sessions(driver: Driver, keys: StoreKeys): Sessions {
  const digestOf = (cookie: Secret) =>
    createHmac('sha256', keys.subkey('session')).update(cookie.reveal(), 'utf8').digest()
  const commit = async (writes: readonly Write[], audit: readonly AuditEvent[] = []): Promise<boolean> =>
    (await driver.commit({ writes: [...writes, ...writeAudit(keys, audit)] })).status === 'committed'
  return {
    start: ({ cookie, ...session }, audit) => commit(writeSession(session, digestOf(cookie)), audit),
    async find(cookie) {
      const row = await driver.first(findByDigest, { digest: digestOf(cookie) })
      return row === undefined ? undefined : toSessionOfUser(row)
    },
    async findByUuid(uuid) {
      const row = await driver.first(findByUuid, { uuid })
      return row === undefined ? undefined : toSessionOfUser(row)
    },
    list: (options, now) => listSessions(driver, options, now),
    async sourcesOf(userUuid) {
      return (await driver.all(listSources, { userUuid })).flatMap(({ source }) => source ?? [])
    },
    async used({ uuid, lastUsedAt }, now) {
      const before = new Date(now.getTime() - MINUTE)
      if (lastUsedAt > before) return
      const values = { uuid, now: fromDate(now), before: fromDate(before) }
      await driver.commit({ writes: [{ statement: noteUse, values, expect: 'any', otherwise: 'state' }] })
    },
    revoke: (uuid, now, audit) =>
      commit([{ statement: revokeSession, values: { uuid, now: fromDate(now) }, otherwise: 'state' }], audit),
    async revokeOfUser({ uuid }, { now, exceptSession }, audit) {
      await commit([writeRevocationOfUser({ userUuid: uuid, now, exceptSession })], audit)
    },
  }
}

export function writeSession(session: Omit<NewSession, 'cookie'>, digest: Buffer): Write[] {
  const { uuid, userUuid, method, grants, source, userAgent } = session
  const now = fromDate(session.createdAt)
  const values = {
    uuid,
    digest,
    userUuid,
    method,
    grants: grants === null ? null : fromGrants(grants),
    source,
    userAgent,
    now,
    expiresAt: fromDate(session.expiresAt),
  }
  return [
    { statement: noteSignIn, values: { userUuid, now }, otherwise: 'state' },
    { statement: insertSession, values, otherwise: 'state' },
  ]
}

/** Both rows in one, so that they are of the same moment; those of the user under names of their own. */
interface FoundRow extends SessionRow {
  readonly u_id: number
  readonly u_uuid: string
  readonly u_name: string
  readonly u_display_name: string | null
  readonly u_email: string | null
  readonly u_password: string | null
  readonly u_grants: string
  readonly u_enabled: number
  readonly u_identity_issuer: string | null
  readonly u_identity_subject: string | null
  readonly u_created_at: number
  readonly u_last_sign_in_at: number | null
  readonly u_deleted_at: number | null
}

const USER_COLUMNS = [
  'id',
  'uuid',
  'name',
  'display_name',
  'email',
  'password',
  'grants',
  'enabled',
  'identity_issuer',
  'identity_subject',
  'created_at',
  'last_sign_in_at',
  'deleted_at',
] as const

const found = (which: ReturnType<typeof sql>) => {
  const ofUser = sql.join(USER_COLUMNS.map((column) => sql`u.${sql.ref(column)} as ${sql.ref(`u_${column}`)}`))
  const query = sql<FoundRow>`select s.id, s.uuid, s.user_uuid, s.method, s.grants, s.source, s.user_agent, s.created_at,
    s.expires_at, s.last_used_at, s.revoked_at, ${ofUser}
    from session s join "user" u on u.uuid = s.user_uuid where ${which}`
  return statement<FoundRow>((db) => ({ compile: () => query.compile(db) }))
}

const findByDigest = found(sql`s.digest = ${slot('digest')}`)
const findByUuid = found(sql`s.uuid = ${slot('uuid')}`)

function toSessionOfUser(row: FoundRow): SessionOfUser {
  return {
    session: toSession(row),
    user: toUser({
      id: row.u_id,
      uuid: row.u_uuid,
      name: row.u_name,
      display_name: row.u_display_name,
      email: row.u_email,
      password: row.u_password,
      grants: row.u_grants,
      enabled: row.u_enabled,
      identity_issuer: row.u_identity_issuer,
      identity_subject: row.u_identity_subject,
      created_at: row.u_created_at,
      last_sign_in_at: row.u_last_sign_in_at,
      deleted_at: row.u_deleted_at,
    }),
  }
}

const listSources = statement((db) =>
  db
    .selectFrom('session')
    .select('source')
    .where('user_uuid', '=', slot<string>('userUuid'))
    .orderBy('id', 'desc')
    .limit(50),
)
