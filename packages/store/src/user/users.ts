import type { AuditEvent } from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { writeRevocationOfUser } from '../session/write.ts'
import type { Write } from '../unit.ts'
import { listUsers, type UserListOptions, type UserPage } from './list.ts'
import { nobodyElseIsCalled } from './name-owner.ts'
import {
  countAll,
  findByIdentity,
  findByName,
  findByUuid,
  insertUser,
  listAdministrators,
  markDeleted,
  setPassword,
  standsBy,
  updateUser,
} from './statement.ts'
import { fromGrants, type StoredGrant, toUser, type User } from './user.ts'

export type NewUser = Omit<User, 'lastSignInAt' | 'deletedAt'>

/** All of it together is what a user is changed to. */
export interface UserChange {
  readonly displayName: string | null
  readonly email: string | null
  readonly grants: readonly StoredGrant[]
  readonly enabled: boolean
}

/** What a change rests on. */
export interface UserCondition {
  /** What was decided upon. */
  readonly seen: User
  /** Somebody who goes on being an administrator: the change is made only while that is so. */
  readonly administrator?: User | undefined
}

/** `stale`: what it rests on has changed by now; read it again. */
export type UserOutcome = 'done' | 'stale'

/** People who administer. Nothing of it is ever cached (design, rule 10). */
export interface Users {
  find(uuid: string): Promise<User | undefined>
  findByName(name: string): Promise<User | undefined>
  findByIdentity(issuer: string, subject: string): Promise<User | undefined>
  /** By name. */
  list(options: UserListOptions): Promise<UserPage>
  /** Whether there was never anybody. */
  isEmpty(): Promise<boolean>
  /** Those who have the role everywhere, are enabled, and have a way to sign in. */
  administrators(): Promise<User[]>
  /** False: the name is, or was, that of a user or of a token. */
  create(user: NewUser, audit?: readonly AuditEvent[]): Promise<boolean>
  /** Whoever is disabled is signed out everywhere. */
  update(change: UserChange, condition: UserCondition, now: Date, audit?: readonly AuditEvent[]): Promise<UserOutcome>
  /** For good, and signed out everywhere. */
  delete(condition: UserCondition, now: Date, audit?: readonly AuditEvent[]): Promise<UserOutcome>
  /** Ends every session of the user but one. @param password PHC string; null: none signs this user in */
  setPassword(
    user: User,
    password: string | null,
    options: { readonly now: Date; readonly exceptSession?: string | undefined },
    audit?: readonly AuditEvent[],
  ): Promise<UserOutcome>
}

export function users(driver: Driver, keys: StoreKeys): Users {
  const one = async (row: Promise<Parameters<typeof toUser>[0] | undefined>) => {
    const found = await row
    return found === undefined ? undefined : toUser(found)
  }
  const commit = async (writes: Write[], audit: readonly AuditEvent[]): Promise<UserOutcome> => {
    const { status } = await driver.commit({ writes: [...writes, ...writeAudit(keys, audit)] })
    return status === 'committed' ? 'done' : 'stale'
  }
  return {
    find: (uuid) => one(driver.first(findByUuid, { uuid })),
    findByName: (name) => one(driver.first(findByName, { name })),
    findByIdentity: (issuer, subject) => one(driver.first(findByIdentity, { issuer, subject })),
    list: (options) => listUsers(driver, options),
    async isEmpty() {
      return Number((await driver.first(countAll, {}))?.count ?? 0) === 0
    },
    async administrators() {
      return (await driver.report(listAdministrators)).map(toUser).filter(isAdministratorEverywhere)
    },
    async create(user, audit = []) {
      const values = {
        uuid: user.uuid,
        name: user.name,
        displayName: user.displayName,
        email: user.email,
        password: user.password,
        grants: fromGrants(user.grants),
        enabled: user.enabled ? 1 : 0,
        issuer: user.identity?.issuer ?? null,
        subject: user.identity?.subject ?? null,
        createdAt: fromDate(user.createdAt),
      }
      const insert: Write = { statement: insertUser, values, otherwise: 'state', unique: 'state' }
      return (await commit([nobodyElseIsCalled(user.name, 'user'), insert], audit)) === 'done'
    },
    update({ displayName, email, grants, enabled }, condition, now, audit = []) {
      const values = { displayName, email, grants: fromGrants(grants), enabled: enabled ? 1 : 0 }
      const { uuid } = condition.seen
      return commit(
        [
          ...inOrder(condition, {
            statement: updateUser,
            values: { ...values, ...seenOf(condition) },
            otherwise: 'state',
          }),
          ...(enabled ? [] : [writeRevocationOfUser({ userUuid: uuid, now })]),
        ],
        audit,
      )
    },
    delete(condition, now, audit = []) {
      const values = { ...seenOf(condition), now: fromDate(now) }
      return commit(
        [
          ...inOrder(condition, { statement: markDeleted, values, otherwise: 'state' }),
          writeRevocationOfUser({ userUuid: condition.seen.uuid, now }),
        ],
        audit,
      )
    },
    setPassword({ uuid }, password, { now, exceptSession }, audit = []) {
      return commit(
        [
          { statement: setPassword, values: { uuid, password }, otherwise: 'state' },
          writeRevocationOfUser({ userUuid: uuid, now, exceptSession }),
        ],
        audit,
      )
    },
  }
}

export function isAdministratorEverywhere({ grants }: Pick<User, 'grants'>): boolean {
  return grants.some(({ role, scope }) => role === 'administrator' && (scope ?? null) === null)
}

function seenOf({ seen }: UserCondition) {
  return { uuid: seen.uuid, seenGrants: fromGrants(seen.grants), seenEnabled: seen.enabled ? 1 : 0 }
}

/**
 * The row of the other administrator is written too, so that of two who take the role from each other at one moment the
 * second waits for the first, and then sees that it may not. In the order of the rows, so that they do not block each other.
 */
function inOrder({ seen, administrator }: UserCondition, change: Write): Write[] {
  if (administrator === undefined) return [change]
  const values = { uuid: administrator.uuid, seenGrants: fromGrants(administrator.grants) }
  const witness: Write = { statement: standsBy, values, otherwise: 'state' }
  return administrator.uuid < seen.uuid ? [witness, change] : [change, witness]
}
