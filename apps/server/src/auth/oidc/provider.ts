import * as oidc from 'openid-client'
import type { Logger } from 'pino'
import { AdminRefusal } from '../../admin/admin-refusal.ts'
import { printable } from '../../log/printable.ts'
import type { Flow } from './flow.ts'
import { type Claims, claimValues } from './roles.ts'
import type { OidcSettings } from './settings.ts'

/** The identity provider as this process knows it. */
export interface Provider {
  /** Where a browser is sent. @throws {AdminRefusal} 503 */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly flow: Flow }>
  /** @param query of the address that the provider sent the browser to. @throws {AdminRefusal} 401, 503 */
  finish(query: string, flow: Flow): Promise<SignedInThere>
}

export interface SignedInThere {
  readonly issuer: string
  readonly subject: string
  readonly claims: Claims
}

const TIMEOUT_SECONDS = 10
/** Addresses and keys of a provider change rarely, and then both are there for a while. */
const KNOWN_FOR_MS = 10 * 60_000
const CLOCK_TOLERANCE_SECONDS = 30

export function oidcProvider(settings: OidcSettings, log: Logger): Provider {
  let known: { readonly until: number; readonly configuration: Promise<oidc.Configuration> } | undefined
  const configuration = async (): Promise<oidc.Configuration> => {
    const now = performance.now()
    if (known === undefined || now >= known.until)
      known = { until: now + KNOWN_FOR_MS, configuration: discover(settings) }
    const asked = known
    try {
      return await asked.configuration
    } catch (error) {
      if (known === asked) known = undefined
      throw error
    }
  }
  /** What the provider says wrongly, or not at all, is for the log; who signs in gets one sentence. */
  const failed = (error: unknown): AdminRefusal => {
    const refusal = refusalOf(error, settings)
    log.warn({ err: error, status: refusal.status }, 'a sign-in at the identity provider failed')
    return refusal
  }
  return {
    async begin(redirectUri) {
      const flow = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        redirectUri,
      }
      try {
        const url = oidc.buildAuthorizationUrl(await configuration(), {
          redirect_uri: redirectUri,
          scope: settings.scopes,
          state: flow.state,
          nonce: flow.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(flow.verifier),
          code_challenge_method: 'S256',
        })
        return { url: url.href, flow }
      } catch (error) {
        throw failed(error)
      }
    },
    async finish(query, { state, nonce, verifier, redirectUri }) {
      try {
        const client = await configuration()
        const tokens = await oidc.authorizationCodeGrant(client, new URL(`${redirectUri}?${query}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (claims === undefined) throw new TypeError('no ID token')
        return {
          issuer: claims.iss,
          subject: claims.sub,
          claims: { ...(await moreClaims(client, tokens.access_token, claims, settings)), ...claims },
        }
      } catch (error) {
        // Its keys may have changed since they were fetched.
        known = undefined
        throw failed(error)
      }
    },
  }
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<oidc.Configuration> {
  const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret.reveal())
  // The issuer is on this machine then: the configuration takes no other.
  const insecure = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : []
  return oidc.discovery(issuer, clientId, { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS }, authentication, {
    execute: [oidc.enableNonRepudiationChecks, ...insecure],
    timeout: TIMEOUT_SECONDS,
  })
}

/** Many providers tell groups and names at the userinfo endpoint only. */
async function moreClaims(
  client: oidc.Configuration,
  accessToken: string,
  claims: oidc.IDToken,
  { roleClaim }: OidcSettings,
): Promise<Claims> {
  const isEnough = claimValues(claims, roleClaim) !== undefined && typeof claims.preferred_username === 'string'
  if (isEnough || client.serverMetadata().userinfo_endpoint === undefined) return {}
  return oidc.fetchUserInfo(client, accessToken, claims.sub)
}

function refusalOf(error: unknown, { issuer }: OidcSettings): AdminRefusal {
  if (error instanceof oidc.AuthorizationResponseError) {
    const { error: code, error_description: description } = error
    const because = printable(description === undefined ? code : `${code}: ${description}`)
    return new AdminRefusal(401, [
      `The identity provider signs nobody in (${because}). Begin again at /api/v1/session/oidc.`,
    ])
  }
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.ClientError) {
    const isSilent = error instanceof oidc.ClientError && SILENT.has(String(error.code))
    if (!isSilent) {
      return new AdminRefusal(401, [
        'The identity provider did not confirm this sign-in; the log says why. Begin again at /api/v1/session/oidc.',
      ])
    }
  }
  return new AdminRefusal(
    503,
    [`The identity provider ${issuer.href} does not answer as one. Try again later, or sign in with a local user.`],
    { 'retry-after': '30' },
  )
}

/** That it could not be asked, or answered what no provider answers. */
const SILENT: ReadonlySet<string> = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
])
