import type { Secret } from '@chancery/scep'
import { type SessionOfUser, type SessionState, sessionStateOf } from '@chancery/store'
import type { FastifyRequest } from 'fastify'
import { AdminRefusal } from '../../admin/admin-refusal.ts'
import { isCrossSite } from '../../http/cross-site.ts'
import { type Caller, type CallerContext, callerOf } from '../caller.ts'
import { grantsOf } from '../grants.ts'
import { NotIdentified } from '../not-identified.ts'
import { BEARER } from '../scheme.ts'

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Who is signed in, asked anew at every request: whoever revokes a session, or disables or deletes its user, ends it for
 * every process at once (design, rule 10).
 * @throws {NotIdentified} 401 when the session opens nothing (any more)
 */
export async function identifyBySession(
  { store, now, log }: CallerContext,
  cookie: Secret,
  request: FastifyRequest,
  source: string,
): Promise<Caller> {
  refuseCrossSite(request)
  const found = await store.sessions.find(cookie)
  if (found === undefined) throw new NotIdentified('unknown', `${SENTENCES.expired} ${AGAIN}`, BEARER.asks)
  const state = sessionStateOf(found, now())
  if (state !== 'live') throw new NotIdentified(state, `${SENTENCES[state]} ${AGAIN}`, BEARER.asks)
  const { session, user } = found
  const grants = grantsOf(user, session)
  if (grants.length === 0) {
    throw new AdminRefusal(403, [`${user.name} has no role that this server knows, so nothing may be done here.`])
  }
  try {
    await store.sessions.used(session, now())
  } catch (error) {
    // Whoever may ask may ask, also while nothing can be written.
    log.warn({ err: error, session: session.uuid }, 'the use of a session could not be noted')
  }
  return { ...callerOf('user', user.name, grants, source), session: found satisfies SessionOfUser }
}

/**
 * `SameSite=Strict` keeps the cookie out of what other sites ask for; this is for browsers that do not know it, and for
 * neighbours under the same domain, which are the same site and another origin. @throws {AdminRefusal} 403
 */
export function refuseCrossSite({ method, headers }: FastifyRequest): void {
  if (SAFE_METHODS.includes(method) || !isCrossSite(headers)) return
  throw new AdminRefusal(403, ['A page of another origin made the browser ask for this, so it is not done.'])
}

const AGAIN = 'Sign in again.'

const SENTENCES: Readonly<Record<Exclude<SessionState, 'live'>, string>> = {
  revoked: 'This session was ended.',
  expired: 'This session is over.',
  idle: 'This session was not used for an hour, and is over.',
  userDisabled: 'This user was disabled or deleted.',
}
