import { type Grant, isRole } from '@chancery/api'
import type { Session, StoredGrant, User } from '@chancery/store'

/** Those of the roles that this version knows; a row may be of a newer one. */
export function knownGrants(stored: readonly StoredGrant[]): Grant[] {
  return stored.flatMap(({ role, scope }) => (isRole(role) ? [{ role, scope: scope ?? null }] : []))
}

/** What somebody may do in a session. */
export function grantsOf(user: Pick<User, 'grants'>, session: Pick<Session, 'grants'>): Grant[] {
  return knownGrants(session.grants ?? user.grants)
}
