import type { User } from '@chancery/api'
import type { User as StoredUser } from '@chancery/store'
import { knownGrants } from '../../auth/grants.ts'

export function userToWire(user: StoredUser): User {
  const { uuid, name, displayName, email, enabled, createdAt, lastSignInAt, deletedAt } = user
  return {
    uuid,
    name,
    displayName,
    email,
    grants: knownGrants(user.grants),
    enabled,
    hasPassword: user.password !== null,
    identityIssuer: user.identity?.issuer ?? null,
    createdAt: createdAt.toISOString(),
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
    deletedAt: deletedAt?.toISOString() ?? null,
  }
}
