import { randomUUID } from 'node:crypto'
import type { EmulatorState } from '../state.ts'
import { type Answer, type Call, json } from './answer.ts'

/** An error as Graph and Intune write it. */
export function odataError(state: EmulatorState, call: Call, status: number, code: string, message: string): Answer {
  const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  const date = state.clock.now().toISOString().slice(0, 19)
  const innerError = {
    date,
    'request-id': randomUUID(),
    'client-request-id': call.headers['client-request-id'] ?? randomUUID(),
  }
  return json(status, { error: { code, message, innerError } }, headers)
}
