import { checkBearer } from './entra/bearer.ts'
import { isGuid } from './guid.ts'
import type { Answer, Call } from './http/answer.ts'
import { odataError } from './http/odata-error.ts'
import { downloadRevocationRequests } from './revocation/download.ts'
import { uploadRevocationResults } from './revocation/upload.ts'
import { failureNotification } from './scep/failure-notification.ts'
import { successNotification } from './scep/success-notification.ts'
import { type SaidInstead, validateRequest } from './scep/validate-request.ts'
import { SERVICE_NAMES, SERVICES, type ServiceName } from './service.ts'
import type { EmulatorState } from './state.ts'

const ACTIONS = {
  validate: validateRequest,
  success: successNotification,
  failure: failureNotification,
  download: downloadRevocationRequests,
  upload: uploadRevocationResults,
}

export interface ActionPath {
  readonly unit: string
  readonly service: ServiceName
  readonly endpoint: keyof typeof ACTIONS
}

/** `/su/{unit}/RACerts/…` */
export function parseActionPath(path: string): ActionPath | undefined {
  const [, unit = '', rest = ''] = /^\/su\/([^/]+)\/(.+)$/.exec(path) ?? []
  for (const service of SERVICE_NAMES) {
    const { path: base, actions } = SERVICES[service]
    const found = Object.entries(actions).find(([action]) => rest === `${base}/${action}`)
    if (found !== undefined) return { unit, service, endpoint: found[1] }
  }
  return undefined
}

/** What the services of Intune have in common: the token, the unit, the header fields. */
export function intuneAction(
  state: EmulatorState,
  call: Call,
  { unit, service, endpoint }: ActionPath,
  instead?: SaidInstead,
): Answer | Promise<Answer> {
  const caller = checkBearer(state, call, 'intune')
  if ('refusal' in caller) return caller.refusal
  const tenant = state.directory.tenant(caller.claims.tid)
  if (tenant === undefined || tenant.unit !== unit) {
    const status = tenant?.left.get(unit) ?? 404
    return odataError(state, call, status, 'ResourceNotFound', 'The tenant is not served here.')
  }
  const header = headerFault(state, call, service)
  if (header !== undefined) return odataError(state, call, 400, 'BadRequest', header)
  return ACTIONS[endpoint](state, call, tenant.id, instead)
}

/** The version that Microsoft's library sends to each; others are borne and recorded. */
const LIBRARY_VERSION: Readonly<Record<ServiceName, string>> = {
  ScepRequestValidationFEService: '2018-02-20',
  PkiConnectorFEService: '5019-05-05',
}

function headerFault(state: EmulatorState, { headers, path }: Call, service: ServiceName): string | undefined {
  const { flags } = state
  if (!headers['content-type']?.toLowerCase().startsWith('application/json')) {
    state.violate('contentType', headers['content-type'] ?? 'none')
    return 'content-type is not application/json'
  }
  const version = String(headers['api-version'] ?? '')
  if (version !== LIBRARY_VERSION[service]) state.violate('apiVersion', `${version} at ${path}`)
  if (!flags.apiVersions[service].includes(version)) return `api-version ${version} is not supported`
  if (isGuid(headers['client-request-id'])) return undefined
  state.violate('clientRequestId', String(headers['client-request-id']))
  return flags.strictClientRequestId ? 'client-request-id is no GUID' : undefined
}
