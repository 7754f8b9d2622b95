import type { IntuneConnections } from './connections.ts'
import { discover } from './discover.ts'
import { type IntuneIdentity, type IntuneSettings, readIdentity } from './identity.ts'
import { IntuneError } from './intune-error.ts'
import type { IntunePorts } from './ports.ts'
import type { ServiceName } from './service.ts'
import type { ServiceUris } from './service-list.ts'
import { type ConnectionTest, TestRun, type TestStep } from './test-run.ts'
import { graphScope, intuneScope, requestToken } from './token.ts'
import { rolesOf } from './token-roles.ts'
import { Tokens } from './tokens.ts'

const PERMISSION = 'scep_challenge_provider'
const NAMED = { secret: 'client secret', certificate: 'certificate with its key' } as const
const SERVICE_OF: readonly (readonly [TestStep, ServiceName])[] = [
  ['validation', 'ScepRequestValidationFEService'],
  ['revocation', 'PkiConnectorFEService'],
]

/** Signs in and looks for the services, with tokens of its own; nothing is validated, and no revocation is collected. */
export async function testConnection(
  settings: IntuneSettings,
  { ports }: Pick<IntuneConnections, 'ports'>,
): Promise<ConnectionTest> {
  const run = new TestRun(ports)
  const identity = await run.step('settings', settings, async () => {
    const found = readIdentity(settings, ports.overrides)
    const { credential, endpoints, tenant } = found
    return {
      found,
      sentence: `The ${NAMED[credential.kind]} can be read. Tenant ${tenant} is asked for at ${endpoints.authorityUrl}.`,
    }
  })
  const graph = await run.step('graphToken', identity, async (who) => {
    const { value } = await requestToken(graphScope(who.endpoints), who, ports, run.budget)
    const found = rolesOf(value) ?? []
    return { found, sentence: `Entra ID gives a token for Microsoft Graph, with ${listed(found)}.` }
  })
  const signedIn = graph === undefined ? undefined : identity
  const services = await run.step('discovery', signedIn, async (who) => {
    const found = await run.patiently(() => look(who, ports, run.budget))
    return { found, sentence: `Microsoft Graph lists ${found.size} services of the tenant.` }
  })
  const intune = await run.step('intuneToken', signedIn, async (who) => {
    const found = await run.patiently(() => intuneRoles(who, ports, run.budget))
    if (found !== undefined) return { found, sentence: `Entra ID gives a token for Intune, with ${listed(found)}.` }
    const sentence = `Entra ID gives a token for Intune, which does not tell whether ${PERMISSION} is in it.`
    return { found: [], sentence, verdict: 'warning' }
  })
  for (const [step, service] of SERVICE_OF) {
    await run.step(step, services, async (found) => placeOf(service, found, settings))
  }
  return { steps: run.steps, roles: { graph: graph ?? [], intune: intune ?? [] } }
}

function look(who: IntuneIdentity, ports: IntunePorts, budget: AbortSignal): Promise<ServiceUris> {
  const { now } = ports
  const tokens = new Tokens({ now, request: (scope) => requestToken(scope, who, ports, budget) })
  return discover(who, tokens, ports, ports.guid(), budget)
}

/** @throws {IntuneError} they lack the one that counts */
async function intuneRoles(who: IntuneIdentity, ports: IntunePorts, budget: AbortSignal) {
  const { value } = await requestToken(intuneScope(who.endpoints), who, ports, budget)
  const roles = rolesOf(value)
  if (roles === undefined || roles.includes(PERMISSION)) return roles
  throw new IntuneError(
    'ERR_INTUNE_FORBIDDEN',
    `Entra ID gives a token for Intune, with ${listed(roles)}, but not with ${PERMISSION}. Give the application this permission ` +
      'of the Microsoft Intune API (application, not delegated) and grant admin consent; it may take a minute until it counts.',
  )
}

function placeOf(service: ServiceName, services: ServiceUris, { rule }: IntuneSettings) {
  const uri = services.get(service.toLowerCase())
  if (uri === undefined) {
    throw new IntuneError(
      'ERR_INTUNE_SERVICE_NOT_FOUND',
      `The tenant has no ${service}. Check that Intune is licensed and set up in it, and that it is the tenant of the devices.`,
    )
  }
  const { host, protocol, hostname } = new URL(uri)
  const isUsual = /\.manage\.microsoft\.(com|us)$/.test(hostname)
  if (protocol === 'http:' || isUsual || rule.cloud === 'custom' || rule.cloud === 'china') {
    return { found: uri, sentence: `${service} is at ${host}.` }
  }
  const sentence = `${service} is at ${host}, which is no host of Microsoft Intune that is known here. Make sure that it is one.`
  return { found: uri, sentence, verdict: 'warning' } as const
}

function listed(roles: readonly string[]): string {
  return roles.length === 0 ? 'no permission' : roles.join(', ')
}
