import { PERMISSIONS, type Session, type WhoAmI } from '@chancery/api'
import type { Session as StoredSession, User } from '@chancery/store'
import { type Caller, callerOf } from '../../auth/caller.ts'
import { grantsOf } from '../../auth/grants.ts'

export function whoToWire({ kind, name, grants, may, session }: Caller): WhoAmI {
  return {
    kind,
    name,
    displayName: session?.user.displayName ?? null,
    grants: [...grants],
    rights: PERMISSIONS.filter(may),
    method: session?.session.method ?? UNSIGNED[kind] ?? null,
    expiresAt: session?.session.expiresAt.toISOString() ?? null,
    hasPassword: (session?.user.password ?? null) !== null,
  }
}

/** How callers without a session are made out: a person, by the certificate of the connection. */
const UNSIGNED: Readonly<Partial<Record<Caller['kind'], string>>> = {
  user: 'certificate',
  token: 'token',
  environment: 'token',
}

/** Of somebody who was just signed in. */
export function newcomerToWire(user: User, session: StoredSession): WhoAmI {
  return whoToWire({ ...callerOf('user', user.name, grantsOf(user, session)), session: { session, user } })
}

export function sessionToWire(session: StoredSession, userName: string, state: Session['state']): Session {
  const { uuid, method, source, userAgent, createdAt, expiresAt, lastUsedAt, revokedAt } = session
  return {
    uuid,
    user: userName,
    method,
    state,
    source,
    userAgent,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  }
}
