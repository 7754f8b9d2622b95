import { beginOidcSignIn, finishOidcSignIn } from '@chancery/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { dropFlow, keepFlow, keptFlow } from '../../auth/oidc/flow.ts'
import { oidcProvider, type Provider, type SignedInThere } from '../../auth/oidc/provider.ts'
import { redirectUriOf } from '../../auth/oidc/redirect-uri.ts'
import { claimValues, grantsFor } from '../../auth/oidc/roles.ts'
import type { OidcSettings } from '../../auth/oidc/settings.ts'
import { userOf } from '../../auth/oidc/user.ts'
import { BEARER } from '../../auth/scheme.ts'
import { requireConfidential, startSession } from '../../auth/session/start.ts'
import { peerOf } from '../../http/peer.ts'
import { AuthenticationLimits } from '../../limits/authentication-limits.ts'
import { sourceOf } from '../../limits/source.ts'
import { printable } from '../../log/printable.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { type Served, serveOpen } from '../serve.ts'

/** Where the page is: nothing that a request says leads elsewhere. */
const PAGE = '/'

/** Signing in at an identity provider: there, and back. */
export function oidcSignInRoutes(scope: FastifyInstance, { context }: Served): void {
  const { config, store, now, log } = context
  const at = config.oidc && { settings: config.oidc, provider: oidcProvider(config.oidc, log) }
  const failures = new AuthenticationLimits(config.workers)

  serveOpen(scope, beginOidcSignIn, {
    async handle({ request, reply }) {
      const { provider } = configured(at)
      requireConfidential(request, config)
      const { url, flow } = await provider.begin(redirectUriOf(request, config))
      keepFlow(store, flow, now(), request, reply, config)
      reply.header('location', url)
      return null
    },
  })

  serveOpen(scope, finishOidcSignIn, {
    async handle({ request, reply }) {
      const { provider, settings } = configured(at)
      requireConfidential(request, config)
      const source = sourceOf(peerOf(request.raw, config.trustedProxies))
      const seconds = failures.wait(source, now())
      if (seconds > 0) {
        throw new AdminRefusal(429, [`Too many sign-ins from your address failed. Try again in ${seconds} seconds.`], {
          'retry-after': String(seconds),
        })
      }
      const flow = keptFlow(store, now(), request, config)
      if (flow === undefined) throw notBegun()
      dropFlow(request, reply, config)
      const who = await provider.finish(queryTextOf(request), flow).catch((error: unknown) => {
        failures.failed(source, now())
        throw error
      })
      const grants = requireRole(who, settings)
      const user = await userOf(store, who, now())
      await startSession(context, { user, method: 'oidc', grants }, request, reply)
      reply.header('location', PAGE)
      return null
    },
  })

  /** @throws {AdminRefusal} 403 */
  function requireRole(who: SignedInThere, settings: OidcSettings) {
    const { roleClaim } = settings
    const values = claimValues(who.claims, roleClaim)
    const grants = grantsFor(values ?? [], settings)
    if (grants.length > 0) return grants
    const said = values === undefined ? 'has no such claim' : `says ${printable(JSON.stringify(values))}`
    log.warn(
      { issuer: who.issuer, subject: printable(who.subject), roleClaim },
      'signed in elsewhere, without a role here',
    )
    throw new AdminRefusal(403, [
      `You are signed in at the identity provider, and have no role here: roles come from the claim "${roleClaim}", and the provider ${said}. An administrator maps its values to roles with CHANCERY_OIDC_ROLES.`,
    ])
  }
}

/** @throws {AdminRefusal} 404 */
function configured(at: { readonly settings: OidcSettings; readonly provider: Provider } | undefined) {
  if (at !== undefined) return at
  throw new AdminRefusal(404, ['No identity provider is configured here: CHANCERY_OIDC_ISSUER names one.'])
}

function notBegun(): AdminRefusal {
  return new AdminRefusal(
    401,
    [
      'This sign-in was begun in another browser, at another address of this server, or more than ten minutes ago. Begin again at /api/v1/session/oidc.',
    ],
    { 'www-authenticate': BEARER.asks },
  )
}

function queryTextOf({ url }: FastifyRequest): string {
  const start = url.indexOf('?')
  return start < 0 ? '' : url.slice(start + 1)
}
