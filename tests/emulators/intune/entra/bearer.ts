import type { Answer, Call } from '../http/answer.ts'
import { odataError } from '../http/odata-error.ts'
import type { EmulatorState } from '../state.ts'
import type { AccessTokenClaims } from './access-token.ts'
import type { Grants } from './directory.ts'
import { isOf } from './resource.ts'

/** Any one of them is enough. */
const ROLES: Readonly<Record<keyof Grants, readonly string[]>> = {
  graph: ['Application.Read.All', 'Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy', 'Directory.Read.All'],
  intune: ['scep_challenge_provider'],
}

const WORDS: Readonly<Record<keyof Grants, { unauthorized: string; forbidden: string; forbiddenText: string }>> = {
  graph: {
    unauthorized: 'InvalidAuthenticationToken',
    forbidden: 'Authorization_RequestDenied',
    forbiddenText: 'Insufficient privileges to complete the operation.',
  },
  intune: {
    unauthorized: 'Unauthorized',
    forbidden: 'Forbidden',
    forbiddenText: 'Application is not authorized to perform this operation.',
  },
}

/** Who calls, or the refusal. */
export function checkBearer(
  state: EmulatorState,
  call: Call,
  resource: keyof Grants,
): { readonly claims: AccessTokenClaims } | { readonly refusal: Answer } {
  const { unauthorized, forbidden, forbiddenText } = WORDS[resource]
  const reject = (message: string) => ({ refusal: odataError(state, call, 401, unauthorized, message) })
  const token = bearerToken(call)
  if (token === undefined) return reject('Access token is empty.')
  const claims = state.tokens.read(token)
  if (claims === undefined) return reject('Access token validation failure. Invalid signature.')
  const now = state.clock.now().getTime() / 1000
  if (now < claims.nbf || now >= claims.exp) return reject('Lifetime validation failed, the token is expired.')
  const exact = resource === 'intune' && state.flags.strictAudience
  if (!isOf(state, resource, claims.aud, exact)) return reject('Access token validation failure. Invalid audience.')
  if (claims.roles?.some((role) => ROLES[resource].includes(role))) return { claims }
  return { refusal: odataError(state, call, 403, forbidden, forbiddenText) }
}

export function bearerToken({ headers }: Pick<Call, 'headers'>): string | undefined {
  return /^Bearer ([\w.-]+)$/i.exec(headers.authorization ?? '')?.[1]
}
