import type { Fault } from '../faults.ts'
import type { Endpoint } from '../service.ts'
import type { EmulatorState } from '../state.ts'
import { type Answer, json, text } from './answer.ts'

/** The answer that a fault puts in the place of the service's; undefined: the service answers. */
export function faultyAnswer(state: EmulatorState, endpoint: Endpoint, fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'status':
      return text(fault.status, fault.body ?? serviceError(fault.status), { ...JSON_TYPE, ...fault.headers })
    case 'retryAfter':
      return throttled(endpoint, fault.status ?? 429, fault.seconds)
    case 'notJson':
      return text(fault.status ?? 200, PAGE, { 'content-type': 'text/html' })
    case 'emptyBody':
      return text(fault.status ?? 200, '', JSON_TYPE)
    case 'wrongType':
      return json(200, fault.body ?? ['Success'])
    case 'redirect':
      return text(fault.status ?? 307, '', { location: fault.url ?? `${state.url}${ELSEWHERE}` })
    case 'hugeBody':
      return text(200, `{"filler":"${'x'.repeat(fault.bytes)}"}`, JSON_TYPE)
    default:
      return undefined
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** Where redirects lead to. */
export const ELSEWHERE = '/elsewhere'

const PAGE = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in to the proxy.</body></html>'

function throttled(endpoint: Endpoint, status: number, seconds: number): Answer {
  const headers = { 'retry-after': String(seconds) }
  if (endpoint === 'token') return text(status, 'Too Many Requests', headers)
  return json(status, { error: { code: 'TooManyRequests', message: 'Too many requests.' } }, headers)
}

/** The message is JSON once more, as it was seen. */
function serviceError(status: number): string {
  const message = {
    _version: 3,
    Message: 'An internal server error has occurred - Activity ID: none',
    RetryAfter: null,
  }
  return JSON.stringify({
    error: { code: status === 500 ? 'InternalError' : 'ServiceUnavailable', message: JSON.stringify(message) },
  })
}
