import { tokenEndpoint } from '../entra/token-endpoint.ts'
import { v1TokenEndpoint } from '../entra/v1-token-endpoint.ts'
import { discovery } from '../graph/discovery.ts'
import { intuneAction, parseActionPath } from '../intune-action.ts'
import type { SaidInstead } from '../scep/validate-request.ts'
import type { Endpoint } from '../service.ts'
import type { EmulatorState } from '../state.ts'
import type { Answer, Call } from './answer.ts'

export interface Route {
  /** Undefined for what no product needs. */
  readonly endpoint: Endpoint | undefined
  answer(state: EmulatorState, call: Call, instead?: SaidInstead): Answer | Promise<Answer>
}

/** Who answers; undefined: nobody. */
export function route({ method, path }: Pick<Call, 'method' | 'path'>): Route | undefined {
  const post = method === 'POST'
  const token = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(path)?.[1]
  if (post && token !== undefined)
    return { endpoint: 'token', answer: (state, call) => tokenEndpoint(state, call, token) }
  const v1 = /^\/([^/]+)\/oauth2\/token$/.exec(path)?.[1]
  if (post && v1 !== undefined)
    return { endpoint: undefined, answer: (state, call) => v1TokenEndpoint(state, call, v1) }
  const appId = /^\/v1\.0\/servicePrincipals\/appId=([^/]+)\/endpoints$/.exec(path)?.[1]
  if (method === 'GET' && appId !== undefined) {
    return { endpoint: 'discovery', answer: (state, call) => discovery(state, call, appId) }
  }
  const action = post ? parseActionPath(path) : undefined
  if (action === undefined) return undefined
  return { endpoint: action.endpoint, answer: (state, call, instead) => intuneAction(state, call, action, instead) }
}
