import { readJsonObject } from '../../json-object.ts'
import { IntuneError } from './intune-error.ts'
import type { IntuneResponse } from './ports.ts'
import { secondsOf } from './retry-after.ts'

/** What the numbers of Entra ID mean, with the next step. Shown only: what is done depends on `error`. */
const MEANINGS: Readonly<Record<number, string>> = {
  7000215:
    'the client secret is wrong. Enter the value of the secret; often its ID is entered instead. If the value was not kept, make a new secret',
  7000222: 'the client secret has expired. Make a new one in the app registration and enter its value',
  7000218: 'no credential arrived. Enter the client secret, or key and certificate, again',
  700016: 'the application is not in this tenant. Check application (client) ID and tenant',
  90002: 'the tenant is not known. Check the tenant ID, and whether the cloud is the right one',
  900023: 'the tenant is neither an ID nor a domain that is known. Check the tenant',
  700027:
    'the certificate is not registered with the application, or its key is another one. Upload the certificate to the app registration',
  700021: 'the assertion is not made out by this application. Check the application (client) ID',
  700023: 'the assertion is made out to another token endpoint. Check tenant and cloud',
  700024: 'the assertion is not valid now. Check the clock of this machine',
  70011: 'the scope is malformed. Check the URL of the resource',
  500011:
    'the resource is not in this tenant. Intune was never activated here, or the cloud is another one: check licence, tenant and cloud',
}

/** What the token endpoint says instead of a token. Nothing of its body is repeated but numbers and identifiers. */
export function tokenRefusal({ status, headers, body }: IntuneResponse): IntuneError {
  const answer = status === 400 || status === 401 ? readJsonObject(body) : undefined
  if (answer === undefined) return unanswered(status, headers['retry-after'])
  const oauth = typeof answer.error === 'string' && /^\w{1,60}$/.test(answer.error) ? answer.error : 'unknown error'
  const aadsts = numbersOf(answer)
  const correlationId = identifier(answer.correlation_id)
  const traceId = identifier(answer.trace_id)
  const meaning = aadsts.map((number) => MEANINGS[number]).find((text) => text !== undefined)
  const what = meaning ?? 'it refuses the application. Check tenant, application (client) ID and credential'
  const names = [oauth, ...aadsts.map((number) => `AADSTS${number}`)].join(', ')
  const found = correlationId === undefined ? '' : ` Correlation ID: ${correlationId}.`
  return new IntuneError('ERR_INTUNE_SIGN_IN', `Entra ID gives no token: ${what} (${names}).${found}`, {
    status,
    oauth,
    aadsts,
    correlationId,
    traceId,
  })
}

/** A proxy, an overload, or no token endpoint at all. */
function unanswered(status: number, wait: string | undefined): IntuneError {
  if (status === 429) {
    const seconds = secondsOf(wait)
    const sentence = 'Entra ID gives no token now, because it was asked too often (HTTP 429). It is asked again later.'
    return new IntuneError('ERR_INTUNE_BUSY', sentence, { status, retryAfterSeconds: seconds })
  }
  if (status >= 300 && status < 400) {
    const sentence =
      'The sign-in service answered with a redirect, and none is followed. Check the authority URL and proxies.'
    return new IntuneError('ERR_INTUNE_ANSWER', sentence, { status })
  }
  const sentence = `The sign-in service gives no token: it answered HTTP ${status}, and not as Entra ID does. Check the authority URL and proxies.`
  return new IntuneError(status >= 500 ? 'ERR_INTUNE_UNREACHABLE' : 'ERR_INTUNE_ANSWER', sentence, {
    status,
    retryAfterSeconds: secondsOf(wait),
  })
}

/** The text of the description has them, too, where the list is missing. */
function numbersOf({ error_codes: codes, error_description: text }: Readonly<Record<string, unknown>>): number[] {
  const listed = Array.isArray(codes) ? codes.filter((one) => Number.isInteger(one)) : []
  if (listed.length > 0) return listed.slice(0, 5)
  const found = typeof text === 'string' ? /AADSTS(\d{4,9})\b/.exec(text)?.[1] : undefined
  return found === undefined ? [] : [Number(found)]
}

export function identifier(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w-]{8,64}$/.test(value) ? value : undefined
}
