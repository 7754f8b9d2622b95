import type { Grant, NewUser, User, UserUpdate } from '@chancery/api'
import { uuidV7 } from '@chancery/ra'
import { isAdministratorEverywhere, type User as StoredUser, type UserChange } from '@chancery/store'
import { adminEvent } from '../../audit/admin-event.ts'
import { difference } from '../../audit/difference.ts'
import { beyondReach } from '../../auth/beyond-reach.ts'
import type { Caller } from '../../auth/caller.ts'
import { knownGrants } from '../../auth/grants.ts'
import type { ServerContext } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { scopeFaults } from '../scope.ts'
import { otherAdministrator } from './last-administrator.ts'
import { userToWire } from './to-wire.ts'

type Context = Pick<ServerContext, 'store' | 'snapshots' | 'now' | 'log'>

/** @throws {AdminRefusal} 403 beyond the caller's rights, 409 where the name is taken */
export async function makeUser(context: Context, body: NewUser, caller: Caller): Promise<User> {
  const { store, now, log } = context
  await requireKnownProfiles(context, body.grants)
  requireWithin(caller, body.grants, `${caller.name} may not make this user`)
  const createdAt = now()
  const user: StoredUser = {
    uuid: uuidV7(createdAt),
    name: body.name,
    displayName: body.displayName ?? null,
    email: body.email ?? null,
    grants: body.grants,
    enabled: body.enabled ?? true,
    password: null,
    identity: null,
    createdAt,
    lastSignInAt: null,
    deletedAt: null,
  }
  const event = adminEvent(caller, createdAt, {
    action: 'user.create',
    object: objectOf(user),
    detail: { after: settingsOf(user) },
  })
  if (!(await store.users.create(user, [event]))) {
    throw new AdminRefusal(409, [
      `There is, or was, a user or an API token "${user.name}". A name is given once, because what was done is recorded under it.`,
    ])
  }
  log.info({ user: user.name, caller: caller.name }, 'user made')
  return userToWire(user)
}

/** @throws {AdminRefusal} 403, 409 */
export async function changeUser(context: Context, user: StoredUser, body: UserUpdate, caller: Caller): Promise<User> {
  const { store, now, log } = context
  requireOver(caller, user)
  if (body.grants !== undefined) {
    await requireKnownProfiles(context, body.grants)
    requireWithin(caller, body.grants, `${caller.name} may not give ${user.name} this`)
  }
  const change: UserChange = {
    displayName: body.displayName === undefined ? user.displayName : body.displayName,
    email: body.email === undefined ? user.email : body.email,
    grants: body.grants ?? user.grants,
    enabled: body.enabled ?? user.enabled,
  }
  const after = { ...user, ...change }
  const staysAdministrator = after.enabled && isAdministratorEverywhere(after)
  const administrator = staysAdministrator ? undefined : await otherAdministrator(store, user, caller)
  const event = adminEvent(caller, now(), {
    action: 'user.update',
    object: objectOf(user),
    detail: { ...difference(settingsOf(user), settingsOf(after)) },
  })
  done(await store.users.update(change, { seen: user, administrator }, now(), [event]))
  log.info({ user: user.name, enabled: after.enabled, caller: caller.name }, 'user changed')
  return userToWire(after)
}

/** @throws {AdminRefusal} 403, 409 */
export async function removeUser({ store, now, log }: Context, user: StoredUser, caller: Caller): Promise<void> {
  requireOver(caller, user)
  const administrator = await otherAdministrator(store, user, caller)
  const event = adminEvent(caller, now(), {
    action: 'user.delete',
    object: objectOf(user),
    detail: { before: settingsOf(user) },
  })
  done(await store.users.delete({ seen: user, administrator }, now(), [event]))
  log.info({ user: user.name, caller: caller.name }, 'user deleted; sessions ended')
}

/** Whoever decides on how somebody signs in could be that person. @throws {AdminRefusal} 403 */
export function requireOver(caller: Caller, user: StoredUser): void {
  requireWithin(caller, knownGrants(user.grants), `${caller.name} may not change ${user.name}`)
}

export function objectOf({ uuid, name }: Pick<StoredUser, 'uuid' | 'name'>) {
  return { kind: 'user', uuid, name }
}

function requireWithin(caller: Caller, grants: readonly Grant[], refusal: string): void {
  const beyond = beyondReach(caller, grants)
  if (beyond.length > 0) {
    throw new AdminRefusal(403, [`${refusal}: it takes rights that ${caller.name} has not (${beyond.join(', ')}).`])
  }
}

/** @throws {AdminRefusal} 422 */
async function requireKnownProfiles({ snapshots }: Context, grants: readonly Grant[]): Promise<void> {
  const { configuration } = await snapshots.current()
  const faults = grants.flatMap(({ scope }, index) =>
    scopeFaults(scope ?? null, configuration, `grants[${index}].scope`),
  )
  if (faults.length > 0) throw new AdminRefusal(422, faults)
}

function settingsOf({ displayName, email, grants, enabled }: StoredUser) {
  return { displayName, email, grants, enabled }
}

function done(outcome: 'done' | 'stale'): void {
  if (outcome === 'stale') {
    throw new AdminRefusal(409, ['Somebody else changed users at the same moment. Read them again, and decide anew.'])
  }
}
