import { uuidV7 } from '@chancery/ra'
import type { Session, StoredGrant, User } from '@chancery/store'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AdminRefusal } from '../../admin/admin-refusal.ts'
import type { ServerContext } from '../../context.ts'
import { isConfidential } from '../../http/confidential.ts'
import { peerOf } from '../../http/peer.ts'
import { printable } from '../../log/printable.ts'
import { grantsOf } from '../grants.ts'
import { newCookieValue, setCookie } from './cookie.ts'

/** How somebody signed in, and how long that is good for at most, whatever is done meanwhile. */
export const METHODS = {
  password: { hours: 12 },
  /** Long enough to set a password. */
  link: { hours: 1 },
  oidc: { hours: 12 },
  certificate: { hours: 12 },
} as const

export type SignInMethod = keyof typeof METHODS

export interface SignIn {
  readonly user: User
  readonly method: SignInMethod
  /** Those that an identity provider vouches for; left out: those that the user has, at every request anew. */
  readonly grants?: readonly StoredGrant[]
}

const LONGEST_USER_AGENT = 300

/**
 * Signs somebody in whose identity is proved: session, audit event, cookie.
 * @throws {AdminRefusal} 403 where the cookie could be read on its way, or the user may not sign in
 */
export async function startSession(
  context: Pick<ServerContext, 'config' | 'store' | 'now' | 'log'>,
  { user, method, grants }: SignIn,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session> {
  const { config, store, log } = context
  requireConfidential(request, config)
  const now = context.now()
  const source = peerOf(request.raw, config.trustedProxies)
  const session: Session = {
    uuid: uuidV7(now),
    userUuid: user.uuid,
    method,
    grants: grants ?? null,
    source: source === '' ? null : source,
    userAgent: request.headers['user-agent']?.slice(0, LONGEST_USER_AGENT) ?? null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + METHODS[method].hours * 3_600_000),
    lastUsedAt: now,
    revokedAt: null,
  }
  const [grant] = grantsOf(user, session)
  if (grant === undefined) throw new AdminRefusal(403, [`${user.name} has no role that this server knows.`])
  const cookie = newCookieValue()
  const event = {
    uuid: uuidV7(now),
    at: now,
    actor: { kind: 'user', name: user.name, role: grant.role, ...(source !== '' && { source }) },
    action: 'session.create',
    object: { kind: 'session', uuid: session.uuid, name: user.name },
    outcome: 'done',
    detail: { method },
  } as const
  if (!(await store.sessions.start({ ...session, cookie }, [event]))) {
    throw new AdminRefusal(403, [`${user.name} may not sign in: an administrator has disabled or deleted this user.`])
  }
  setCookie(request, reply, cookie, config)
  log.info({ user: user.name, method, session: session.uuid, peer: printable(source) }, 'signed in')
  return session
}

/** For whatever carries a password or answers with a cookie. @throws {AdminRefusal} 403 */
export function requireConfidential(
  request: FastifyRequest,
  { trustedProxies }: Pick<ServerContext['config'], 'trustedProxies'>,
): void {
  if (isConfidential(request.raw, trustedProxies)) return
  throw new AdminRefusal(403, [
    'Signing in over plain HTTP would show password and session to everybody on the way. Use https (CHANCERY_TLS_CERT, or a proxy that CHANCERY_TRUSTED_PROXIES names and that sends X-Forwarded-Proto), or sign in on the machine of the server.',
  ])
}
