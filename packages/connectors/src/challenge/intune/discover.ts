import { exchange } from './exchange.ts'
import type { IntuneIdentity } from './identity.ts'
import { IntuneError } from './intune-error.ts'
import { LONGEST_SERVICE_LIST } from './limits.ts'
import { PASSING, type Persistence, persist } from './persist.ts'
import type { IntunePorts, IntuneResponse } from './ports.ts'
import { graphRefusal } from './refusal.ts'
import { readServicePage, type ServiceUris } from './service-list.ts'
import { graphScope } from './token.ts'
import type { Tokens } from './tokens.ts'
import { withToken } from './with-token.ts'

/** Microsoft Intune's own application, the same in every tenant. */
const INTUNE_APPLICATION = '0000000a-0000-0000-c000-000000000000'
const PERSISTENCE: Persistence = { retries: 2, statuses: PASSING }
const MOST_PAGES = 10

/**
 * Where the services of the tenant are, as Graph lists them.
 * @throws {IntuneError} Graph does not say
 */
export async function discover(
  { endpoints }: Pick<IntuneIdentity, 'endpoints'>,
  tokens: Tokens,
  ports: IntunePorts,
  clientRequestId: string,
  budget: AbortSignal,
): Promise<ServiceUris> {
  const graph = new URL(endpoints.graphUrl)
  const uris = new Map<string, string>()
  // The "=" goes as it is: everybody asks so.
  let url = `${endpoints.graphUrl}v1.0/servicePrincipals/appId=${INTUNE_APPLICATION}/endpoints`
  for (let page = 0; page < MOST_PAGES; page++) {
    const read = pageOf(await get(url, graphScope(endpoints), tokens, ports, clientRequestId, budget), graph)
    for (const [name, uri] of read.uris) if (!uris.has(name)) uris.set(name, uri)
    if (read.next === undefined) return uris
    url = nextUrl(read.next, graph)
  }
  throw unusable(`its list of services has more than ${MOST_PAGES} pages`)
}

function get(
  url: string,
  scope: string,
  tokens: Tokens,
  ports: IntunePorts,
  clientRequestId: string,
  budget: AbortSignal,
): Promise<IntuneResponse> {
  const attempt = () =>
    withToken(tokens, scope, (token) => {
      const headers = {
        authorization: `Bearer ${token.reveal()}`,
        accept: 'application/json',
        'client-request-id': clientRequestId,
      }
      const request = { method: 'GET', url, headers, longest: LONGEST_SERVICE_LIST } as const
      return exchange('Microsoft Graph', request, ports, budget)
    })
  return persist(attempt, PERSISTENCE, ports, budget)
}

function pageOf(response: IntuneResponse, graph: URL) {
  if (response.status !== 200) throw graphRefusal(response)
  return readServicePage(response.body, graph) ?? fail('its answer is no list of services')
}

/** The token goes nowhere else. */
function nextUrl(next: string, graph: URL): string {
  if (URL.canParse(next) && new URL(next).origin === graph.origin) return next
  throw unusable('its list of services goes on at another server')
}

function fail(what: string): never {
  throw unusable(what)
}

function unusable(what: string): IntuneError {
  return new IntuneError(
    'ERR_INTUNE_ANSWER',
    `Microsoft Graph cannot be used: ${what}. Check the Graph URL and proxies.`,
  )
}
