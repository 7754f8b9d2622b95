import { timingSafeEqual } from 'node:crypto'
import { type Answer, type Call, json } from '../http/answer.ts'
import type { EmulatorState } from '../state.ts'
import { assertionFault } from './assertion.ts'
import type { App, Tenant } from './directory.ts'
import { resourceNamed } from './resource.ts'
import { type AadSts, tokenError } from './token-error.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Thrown inside the endpoint to end the checks at the first failure. */
class Refusal extends Error {
  readonly code: AadSts
  readonly detail: string

  constructor(code: AadSts, detail = '') {
    super(`AADSTS${code}`)
    this.code = code
    this.detail = detail
  }
}

/** `POST /{tenant}/oauth2/v2.0/token`: client credentials, checked in the order of Entra. */
export function tokenEndpoint(state: EmulatorState, call: Call, tenantName: string): Answer {
  try {
    return grant(state, form(call), tenantName)
  } catch (error) {
    if (error instanceof Refusal) return tokenError(error.code, state.clock.now(), error.detail)
    throw error
  }
}

function form({ headers, body }: Call): URLSearchParams {
  if (!headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded')) {
    throw new Refusal(900144, 'The body is not application/x-www-form-urlencoded.')
  }
  return new URLSearchParams(body.toString())
}

function grant(state: EmulatorState, fields: URLSearchParams, tenantName: string): Answer {
  if (!fields.has('grant_type')) throw new Refusal(900144, "'grant_type'")
  if (fields.get('grant_type') !== 'client_credentials') throw new Refusal(70003)
  if (!/^[\w-]+(\.[\w-]+)*$/.test(tenantName)) throw new Refusal(900023)
  const tenant = state.directory.tenant(tenantName)
  if (tenant === undefined) throw new Refusal(90002, `'${tenantName}'`)
  const app = state.directory.app(tenant, fields.get('client_id') ?? '')
  if (app === undefined) throw new Refusal(700016, `'${fields.get('client_id') ?? ''}'`)
  checkCredential(state, tenant, app, fields)
  const scope = fields.get('scope') ?? ''
  if (!scope.endsWith('/.default') || /\s/.test(scope)) throw new Refusal(70011, scope)
  const audience = scope.slice(0, -'/.default'.length)
  const resource = resourceNamed(state, audience)
  if (resource === undefined) throw new Refusal(500011, audience)
  return answer(state, app, audience, app.grants[resource])
}

function checkCredential(state: EmulatorState, tenant: Tenant, app: App, fields: URLSearchParams): void {
  const secret = fields.get('client_secret')
  const assertion = fields.get('client_assertion')
  if (secret !== null) {
    checkSecret(state, app, secret)
    return
  }
  if (assertion === null || fields.get('client_assertion_type') !== ASSERTION_TYPE) throw new Refusal(7000218)
  const fault = assertionFault(state, tenant, app, assertion)
  if (fault !== undefined) throw new Refusal(fault.code, fault.detail)
}

function checkSecret({ clock }: EmulatorState, app: App, given: string): void {
  const known = app.secrets.filter(({ value }) => equal(value, given))
  if (known.length === 0) throw new Refusal(7000215, `app '${app.clientId}'`)
  const lasting = known.some(({ notAfter }) => notAfter === null || clock.now() < notAfter)
  if (!lasting) throw new Refusal(7000222, `app '${app.clientId}'`)
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function answer(state: EmulatorState, app: App, aud: string, roles: readonly string[]): Answer {
  const { expiresInSeconds, expiresInAsString } = state.flags.token
  const iat = Math.floor(state.clock.now().getTime() / 1000)
  const access_token = state.tokens.issue({
    aud,
    iss: `${state.url}/${app.tenant}/v2.0`,
    tid: app.tenant,
    appid: app.clientId,
    oid: app.objectId,
    ...(roles.length > 0 && { roles }),
    iat,
    nbf: iat,
    exp: iat + expiresInSeconds,
  })
  const lifetime = expiresInAsString ? String(expiresInSeconds) : expiresInSeconds
  return json(200, { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token })
}
