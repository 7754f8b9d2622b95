import { type CreatedToken, type NewToken, ROLES, TOKEN_LIFE } from '@chancery/api'
import { uuidV7 } from '@chancery/ra'
import { adminEvent } from '../../audit/admin-event.ts'
import type { Caller } from '../../auth/caller.ts'
import { newTokenText } from '../../auth/token-text.ts'
import type { ServerContext } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { isWithin, scopeFaults } from '../scope.ts'
import { tokenToWire } from './to-wire.ts'

/** Makes a token. @throws {AdminRefusal} 403 where it would have more rights than its maker, 409 where its name is taken */
export async function createApiToken(
  { store, snapshots, log, now }: Pick<ServerContext, 'store' | 'snapshots' | 'log' | 'now'>,
  { name, role, scope = null, ttlSeconds = TOKEN_LIFE.default }: NewToken,
  caller: Caller,
): Promise<CreatedToken> {
  const { configuration } = await snapshots.current()
  const faults = scopeFaults(scope, configuration)
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  const beyond = ROLES[role].filter((permission) => !isWithin(scope, caller.reach(permission)))
  if (beyond.length > 0) {
    throw new AdminRefusal(403, [
      `${caller.name} may not make a token of the role ${role}${scope === null ? '' : ' for these profiles'}: it would have rights that its maker has not (${beyond.join(', ')}).`,
    ])
  }
  const createdAt = now()
  const record = {
    uuid: uuidV7(createdAt),
    name,
    role,
    maker: caller.name,
    createdAt,
    expiresAt: ttlSeconds === null ? null : new Date(createdAt.getTime() + ttlSeconds * 1000),
    scope,
  }
  const token = newTokenText()
  const detail = { after: { role, expiresAt: record.expiresAt?.toISOString() ?? null } }
  const deed = { action: 'token.create', object: { kind: 'token', uuid: record.uuid, name }, detail }
  if (!(await store.tokens.create({ ...record, token }, [adminEvent(caller, createdAt, deed)]))) {
    if ((await store.users.findByName(name)) !== undefined) {
      throw new AdminRefusal(409, [
        `There is, or was, a user "${name}". Choose another name: what both do would be recorded under one.`,
      ])
    }
    throw new AdminRefusal(409, [
      `There is a token "${name}" already. Choose another name, or revoke that one first: what it did is recorded under its name.`,
    ])
  }
  log.info(
    { token: record.uuid, name, role, scope, expiresAt: record.expiresAt, caller: caller.name },
    'API token made',
  )
  return { ...tokenToWire({ ...record, revokedAt: null, lastUsedAt: null }, createdAt), token: token.reveal() }
}
