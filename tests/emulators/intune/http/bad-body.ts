import type { EmulatorState } from '../state.ts'
import type { Answer, Call } from './answer.ts'
import { odataError } from './odata-error.ts'

/** A body that is not what the action takes. */
export function badBody(state: EmulatorState, call: Call, message: string): Answer {
  if (isJsonObject(call.body)) state.violate('memberName', `${call.path}: ${message}`)
  return odataError(state, call, 400, 'BadRequest', message)
}

function isJsonObject(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
