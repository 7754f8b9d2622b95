import { type Grant, isRole, type Permission, type Reach, type Role, reachOf } from '@chancery/api'
import type { ActorKind } from '@chancery/ra'
import { Secret } from '@chancery/scep'
import type { ApiToken, SessionOfUser } from '@chancery/store'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import type { ServerContext } from '../context.ts'
import { NotIdentified } from './not-identified.ts'
import { BEARER, type Scheme } from './scheme.ts'
import { claimsToBeToken, isWholeToken } from './token-text.ts'

/** How a connection came in: over TCP a token is wanted; the Unix socket is open to its owner only, so who reaches it is trusted. */
export type Trust = 'token' | 'socket'

/** Who asks, for the log and for what is stored beside a change. */
export interface Caller {
  readonly kind: ActorKind
  readonly name: string
  /** Its first; what it may do is what all of its grants together allow. */
  readonly role: Role
  readonly grants: readonly Grant[]
  /** Address it came from; undefined: over the socket. */
  readonly source: string | undefined
  /** In which a person is signed in. */
  readonly session?: SessionOfUser
  /** At all, be it with some profiles only. */
  may(permission: Permission): boolean
  /** With which profiles. */
  reach(permission: Permission): Reach
}

export type CallerContext = Pick<ServerContext, 'config' | 'store' | 'now' | 'log'>

/**
 * Asked anew at every request; nothing about a token is cached (design, rule 10). What is wrong with a token hears only who
 * shows the genuine one: to everybody else one that never was and one that was deleted are the same.
 * @throws {NotIdentified} 401 when nobody can be made out
 */
export async function identifyCaller(
  trust: Trust,
  context: CallerContext,
  authorization: string | undefined,
  scheme: Scheme = BEARER,
  source?: string,
): Promise<Caller> {
  if (trust === 'socket') return callerOf('socket', 'local socket', ADMINISTRATOR)
  const text = scheme.tokenOf(authorization)
  if (text === undefined) throw new NotIdentified('missing', scheme.missing, scheme.asks)
  const shown = new Secret(text)
  if (context.config.adminToken?.equals(shown))
    return callerOf('environment', 'CHANCERY_ADMIN_TOKEN', ADMINISTRATOR, source)
  if (claimsToBeToken(text) && !isWholeToken(text)) {
    throw new NotIdentified(
      'mistyped',
      'This API token is not whole: some of its characters are wrong or missing. Copy it again, from chy_ to its end.',
      scheme.refuses,
    )
  }
  const token = claimsToBeToken(text) ? await context.store.tokens.find(shown) : undefined
  if (token === undefined) {
    throw new NotIdentified(
      'unknown',
      'The API token is not valid here. Make one with "chancery token create", or use the CHANCERY_ADMIN_TOKEN that the server was started with.',
      scheme.refuses,
    )
  }
  refuseOver(token, context.now(), scheme)
  return callerOfToken(token, context, source)
}

function refuseOver({ expiresAt, revokedAt }: ApiToken, now: Date, { refuses }: Scheme): void {
  const instead = 'Make another one with "chancery token create".'
  if (revokedAt !== null) {
    throw new NotIdentified('revoked', `This API token was revoked at ${revokedAt.toISOString()}. ${instead}`, refuses)
  }
  if (expiresAt !== null && now >= expiresAt) {
    throw new NotIdentified('expired', `This API token expired at ${expiresAt.toISOString()}. ${instead}`, refuses)
  }
}

async function callerOfToken(
  token: ApiToken,
  { store, now, log }: CallerContext,
  source: string | undefined,
): Promise<Caller> {
  const { name, role } = token
  if (!isRole(role)) {
    throw new AdminRefusal(403, [
      `This version of the server knows no role "${role}", so the API token ${name} may do nothing here.`,
    ])
  }
  try {
    await store.tokens.used(token, now())
  } catch (error) {
    // Whoever may ask may ask, also while nothing can be written.
    log.warn({ err: error, token: token.uuid }, 'the use of an API token could not be noted')
  }
  return callerOf('token', name, [{ role, scope: token.scope }], source)
}

const ADMINISTRATOR = [{ role: 'administrator' }] as const satisfies readonly Grant[]

/** @param grants at least one */
export function callerOf(kind: ActorKind, name: string, grants: readonly Grant[], source?: string): Caller {
  const [first] = grants
  if (first === undefined) throw new TypeError(`${name} has no grant`)
  return {
    kind,
    name,
    role: first.role,
    grants,
    source,
    may: (permission) => reachOf(grants, permission) !== undefined,
    reach: (permission) => reachOf(grants, permission),
  }
}
