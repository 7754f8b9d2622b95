import { createHmac } from 'node:crypto'
import type { AuditEvent, Secret } from '@chancery/ra'
import type { Selectable } from 'kysely'
import { writeAudit } from './audit/write.ts'
import { fromDate, toDate } from './column.ts'
import type { Driver } from './driver.ts'
import type { ApiTokenTable } from './schema/tables.ts'
import type { StoreKeys } from './seal/store-key.ts'
import { insertRow, slot, statement } from './statement.ts'
import { nobodyElseIsCalled } from './user/name-owner.ts'

/** A token as the store knows it; the token itself is nowhere in it. */
export interface ApiToken {
  readonly uuid: string
  readonly name: string
  readonly role: string
  /** Who made it. */
  readonly maker: string
  readonly createdAt: Date
  /** Null: it does not end by itself. */
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  /** To the minute. */
  readonly lastUsedAt: Date | null
  /** The profiles that it is good for; null: all. */
  readonly scope: TokenScope | null
}

/** Names of profiles. */
export interface TokenScope {
  readonly scepProfiles: string[]
  readonly raProfiles: string[]
}

export interface NewApiToken
  extends Pick<ApiToken, 'uuid' | 'name' | 'role' | 'maker' | 'createdAt' | 'expiresAt' | 'scope'> {
  readonly token: Secret
}

/** Nothing of it is ever cached: a token that is revoked is refused by every process from the next request on (design, rule 10). */
export interface ApiTokenStore {
  /** By HMAC under a key of the store: one index access, whose time says nothing about the tokens that there are. */
  find(token: Secret): Promise<ApiToken | undefined>
  findByUuid(uuid: string): Promise<ApiToken | undefined>
  /** By name, also those that are over. */
  list(): Promise<ApiToken[]>
  /** False: a token of this name is there already and is not revoked, or there is, or was, a user of this name. */
  create(token: NewApiToken, audit?: readonly AuditEvent[]): Promise<boolean>
  /** False: there is none that is not revoked. */
  revoke(uuid: string, now: Date, audit?: readonly AuditEvent[]): Promise<boolean>
  /** Writes down that it was used, unless that was done in the last minute. */
  used(token: ApiToken, now: Date): Promise<void>
}

const MINUTE = 60_000

export function apiTokenStore(driver: Driver, keys: StoreKeys): ApiTokenStore {
  const digestOf = (token: Secret) =>
    createHmac('sha256', keys.subkey('api-token')).update(token.reveal(), 'utf8').digest()
  return {
    async find(token) {
      const row = await driver.first(findByDigest, { digest: digestOf(token) })
      return row === undefined ? undefined : toApiToken(row)
    },
    async findByUuid(uuid) {
      const row = await driver.first(findByUuid, { uuid })
      return row === undefined ? undefined : toApiToken(row)
    },
    async list() {
      return (await driver.all(listAll, {})).map(toApiToken)
    },
    async create({ uuid, name, role, maker, createdAt, expiresAt, scope, token }, audit = []) {
      const values = {
        uuid,
        name,
        role,
        maker,
        digest: digestOf(token),
        now: fromDate(createdAt),
        expiresAt: expiresAt === null ? null : fromDate(expiresAt),
        scope: scope === null ? null : JSON.stringify(scope),
      }
      const { status } = await driver.commit({
        writes: [
          nobodyElseIsCalled(name, 'token'),
          { statement: insertToken, values, otherwise: 'state', unique: 'state' },
          ...writeAudit(keys, audit),
        ],
      })
      return status === 'committed'
    },
    async revoke(uuid, now, audit = []) {
      const values = { uuid, now: fromDate(now) }
      const { status } = await driver.commit({
        writes: [{ statement: revokeToken, values, otherwise: 'state' }, ...writeAudit(keys, audit)],
      })
      return status === 'committed'
    },
    async used({ uuid, lastUsedAt }, now) {
      const before = new Date(now.getTime() - MINUTE)
      if (lastUsedAt !== null && lastUsedAt > before) return
      const values = { uuid, now: fromDate(now), before: fromDate(before) }
      await driver.commit({ writes: [{ statement: noteUse, values, expect: 'any', otherwise: 'state' }] })
    },
  }
}

function toApiToken(row: Selectable<ApiTokenTable>): ApiToken {
  const { uuid, name, role, maker } = row
  const time = (column: number | null) => (column === null ? null : toDate(column))
  return {
    uuid,
    name,
    role,
    maker,
    createdAt: toDate(row.created_at),
    expiresAt: time(row.expires_at),
    revokedAt: time(row.revoked_at),
    lastUsedAt: time(row.last_used_at),
    scope: row.scope === null ? null : (JSON.parse(row.scope) as TokenScope),
  }
}

const findByDigest = statement((db) =>
  db.selectFrom('api_token').selectAll().where('digest', '=', slot<Buffer>('digest')),
)

const findByUuid = statement((db) => db.selectFrom('api_token').selectAll().where('uuid', '=', slot<string>('uuid')))

const listAll = statement((db) => db.selectFrom('api_token').selectAll().orderBy('name').orderBy('id'))

const insertToken = statement((db) =>
  insertRow(db, 'api_token', {
    uuid: slot('uuid'),
    name: slot('name'),
    digest: slot('digest'),
    role: slot('role'),
    maker: slot('maker'),
    created_at: slot('now'),
    expires_at: slot('expiresAt'),
    revoked_at: null,
    last_used_at: null,
    scope: slot('scope'),
  }),
)

const revokeToken = statement((db) =>
  db
    .updateTable('api_token')
    .set({ revoked_at: slot<number>('now') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('revoked_at', 'is', null),
)

/** The condition again, for several processes that see the same use as due. */
const noteUse = statement((db) =>
  db
    .updateTable('api_token')
    .set({ last_used_at: slot<number>('now') })
    .where('uuid', '=', slot<string>('uuid'))
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', slot<number>('before'))])),
)
