import type { Answer, Call } from '../http/answer.ts'
import type { EmulatorState } from '../state.ts'
import { tokenEndpoint } from './token-endpoint.ts'
import { tokenError } from './token-error.ts'

/** `POST /{tenant}/oauth2/token` of ADAL: nobody may need it any more. */
export function v1TokenEndpoint(state: EmulatorState, call: Call, tenant: string): Answer {
  state.violate('v1TokenEndpoint', call.path)
  if (!state.flags.token.v1) return tokenError(900144, state.clock.now(), 'The v1 endpoint is not served.')
  const fields = new URLSearchParams(call.body.toString())
  fields.set('scope', `${fields.get('resource') ?? ''}/.default`)
  return tokenEndpoint(state, { ...call, body: Buffer.from(fields.toString()) }, tenant)
}
