import { Secret } from '@chancery/scep'
import { readJsonObject } from '../../json-object.ts'
import { clientAssertion } from './assertion.ts'
import { exchange } from './exchange.ts'
import type { IntuneIdentity } from './identity.ts'
import { IntuneError } from './intune-error.ts'
import { LONGEST_ANSWER } from './limits.ts'
import { type Persistence, persist } from './persist.ts'
import type { IntunePorts } from './ports.ts'
import { tokenRefusal } from './token-refusal.ts'

/** An access token as it was given. */
export interface Token {
  readonly value: Secret
  readonly obtainedAt: Date
  readonly expiresAt: Date
}

/** A refusal is final; what passes is tried once more. */
const PERSISTENCE: Persistence = { retries: 1, statuses: new Set([429, 500, 502, 503, 504]) }

const LONGEST_LIFE_SECONDS = 86_400
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Of the Intune resource: two slashes where the name of the resource ends with one, as it does. */
export function intuneScope({ resourceUrl }: IntuneIdentity['endpoints']): string {
  return `${resourceUrl}/.default`
}

export function graphScope({ graphUrl }: IntuneIdentity['endpoints']): string {
  return `${graphUrl}.default`
}

/**
 * A token of the application itself (RFC 6749 §4.4).
 * @throws {IntuneError} none is given
 */
export async function requestToken(
  scope: string,
  identity: IntuneIdentity,
  ports: IntunePorts,
  budget: AbortSignal,
): Promise<Token> {
  const url = tokenUrl(identity)
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
  const attempt = () => {
    const body = Buffer.from(formOf(scope, identity, ports).toString())
    return exchange(
      'The sign-in service',
      { method: 'POST', url, headers, body, longest: LONGEST_ANSWER },
      ports,
      budget,
    )
  }
  const response = await persist(attempt, PERSISTENCE, ports, budget)
  if (response.status !== 200) throw tokenRefusal(response)
  return readToken(response.body, ports.now())
}

function tokenUrl({ endpoints, tenant }: IntuneIdentity): string {
  return `${endpoints.authorityUrl}${encodeURIComponent(tenant)}/oauth2/v2.0/token`
}

/** Anew for each attempt: an assertion is taken once. */
function formOf(scope: string, identity: IntuneIdentity, { guid, now }: IntunePorts): URLSearchParams {
  const { applicationId, credential } = identity
  const form = new URLSearchParams({ client_id: applicationId, scope, grant_type: 'client_credentials' })
  if (credential.kind === 'secret') {
    form.set('client_secret', credential.secret.reveal())
  } else {
    const claims = { audience: tokenUrl(identity), applicationId, id: guid(), now: now() }
    form.set('client_assertion_type', ASSERTION_TYPE)
    form.set('client_assertion', clientAssertion(credential, claims))
  }
  return form
}

function readToken(body: Buffer, now: Date): Token {
  const answer = readJsonObject(body)
  const { access_token: value, token_type: type, expires_in: life } = answer ?? {}
  // It becomes a header.
  const isToken = typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
  const seconds = typeof life === 'string' && /^\d{1,9}$/.test(life) ? Number(life) : life
  const isLife = typeof seconds === 'number' && seconds > 0
  if (!isToken || !isLife || typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    throw new IntuneError(
      'ERR_INTUNE_ANSWER',
      'The sign-in service answered, but not with a token. Check the authority URL and proxies.',
    )
  }
  const expiresAt = new Date(now.getTime() + Math.min(seconds, LONGEST_LIFE_SECONDS) * 1000)
  return { value: new Secret(value), obtainedAt: now, expiresAt }
}
