import { randomUUID } from 'node:crypto'
import { checkBearer } from '../entra/bearer.ts'
import type { Tenant } from '../entra/directory.ts'
import { type Answer, type Call, json, text } from '../http/answer.ts'
import { odataError } from '../http/odata-error.ts'
import { SERVICE_NAMES, SERVICES, type ServiceName } from '../service.ts'
import type { EmulatorState } from '../state.ts'

/** Microsoft Intune's own application, the same in every tenant. */
export const INTUNE_APP_ID = '0000000a-0000-0000-c000-000000000000'

const DECOYS = [
  'LinuxEnrollmentService',
  'DeviceManagementTokenService',
  'StatelessComplianceService',
  'SideCarGatewayService',
]

/** `GET /v1.0/servicePrincipals/appId={id}/endpoints` */
export function discovery(state: EmulatorState, call: Call, appId: string): Answer {
  const caller = checkBearer(state, call, 'graph')
  if ('refusal' in caller) return caller.refusal
  const tenant = state.directory.tenant(caller.claims.tid)
  const { answer, nextLink } = state.flags.discovery
  if (appId !== INTUNE_APP_ID || answer === 'notFound' || tenant === undefined) {
    const message = `Resource '${appId}' does not exist or one of its queried reference-property objects are not present.`
    return odataError(state, call, 404, 'Request_ResourceNotFound', message)
  }
  if (answer === 'forbidden') {
    return odataError(
      state,
      call,
      403,
      'Authorization_RequestDenied',
      'Insufficient privileges to complete the operation.',
    )
  }
  if (answer === 'serverError') return odataError(state, call, 500, 'UnknownError', 'Something went wrong.')
  if (answer === 'malformed') return text(200, '{"value":[{"id":', { 'content-type': 'application/json' })
  const decoys = DECOYS.map((name) => entry(state, name, `${state.url}/decoy/${name}`))
  const ours = SERVICE_NAMES.flatMap((name) => entriesOf(state, tenant, name))
  if (!nextLink) return page(state, [...decoys.slice(0, 2), ...ours, ...decoys.slice(2)])
  if (call.query.has('$skiptoken')) return page(state, ours)
  return page(state, decoys, `${state.url}${call.path}?$skiptoken=2`)
}

function page(state: EmulatorState, value: readonly object[], next?: string): Answer {
  const context = `${state.url}/v1.0/$metadata#servicePrincipals('appId%3D${INTUNE_APP_ID}')/endpoints`
  return json(200, { '@odata.context': context, ...(next && { '@odata.nextLink': next }), value })
}

function entriesOf(state: EmulatorState, tenant: Tenant, name: ServiceName): object[] {
  const { missing, mixedCase, trailingSlash, duplicates, withoutUri, origin } = state.flags.discovery
  if (missing.includes(name)) return []
  const uri = `${origin ?? state.url}/su/${tenant.unit}/${SERVICES[name].path}${trailingSlash ? '/' : ''}`
  const shown = mixedCase ? name.replace('Service', 'SERVICE').replace(/^./, (letter) => letter.toLowerCase()) : name
  const found = entry(state, shown, uri)
  return [...(withoutUri ? [entry(state, shown, null)] : []), found, ...(duplicates ? [entry(state, shown, uri)] : [])]
}

function entry(state: EmulatorState, name: string, uri: string | null): object {
  return {
    id: randomUUID(),
    deletedDateTime: null,
    capability: name,
    providerId: INTUNE_APP_ID,
    [state.flags.discovery.legacyName ? 'serviceName' : 'providerName']: name,
    providerResourceId: randomUUID(),
    ...(uri === null ? {} : { uri }),
  }
}
