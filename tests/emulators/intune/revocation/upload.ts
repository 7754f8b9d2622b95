import { type Answer, type Call, json } from '../http/answer.ts'
import { badBody } from '../http/bad-body.ts'
import { isText, type Members, membersOf } from '../http/body.ts'
import { odataError } from '../http/odata-error.ts'
import type { EmulatorState } from '../state.ts'
import type { RevocationRequest } from './queue.ts'
import { isRetryable, type ResultName, resultNamed } from './result-code.ts'

interface Result {
  readonly context: string
  readonly code: ResultName
  readonly message: string
}

/** `POST …/CertificateAuthorityRequests/uploadRevocationResults` */
export function uploadRevocationResults(state: EmulatorState, call: Call, tenant: string): Answer {
  const results = resultsIn(call)
  if (results === undefined) return badBody(state, call, 'results is no list')
  if (results.length === 0) {
    state.violate('emptyUpload')
    return odataError(state, call, 400, 'BadRequest', 'results is empty')
  }
  const read = results.map(readResult)
  const fault = read.find((one) => 'fault' in one)
  if (fault !== undefined && 'fault' in fault) {
    if (fault.inconsistent) state.violate('inconsistentResult', fault.fault)
    return badBody(state, call, fault.fault)
  }
  const recorded = read.map((one) => 'context' in one && record(state, tenant, one))
  const complete = recorded.every(Boolean) || !state.flags.revocation.refuseUnknownContext
  return json(200, uploadAnswer(state, complete))
}

function resultsIn({ body }: Call): readonly unknown[] | undefined {
  try {
    const results = membersOf(JSON.parse(body.toString()))?.results
    return Array.isArray(results) ? results : undefined
  } catch {
    return undefined
  }
}

function readResult(value: unknown): Result | { readonly fault: string; readonly inconsistent?: true } {
  const { requestContext, succeeded, errorCode, errorMessage }: Members = membersOf(value) ?? {}
  if (!isText(requestContext) || typeof succeeded !== 'boolean' || typeof errorCode !== 'string') {
    return { fault: 'a result needs requestContext, succeeded and errorCode' }
  }
  const code = resultNamed(errorCode)
  if (code === undefined) return { fault: `errorCode ${errorCode} is not known` }
  const message = typeof errorMessage === 'string' ? errorMessage : ''
  if (succeeded !== (code === 'None') || (succeeded && message.trim() !== '')) {
    return { fault: `succeeded ${succeeded} with errorCode ${errorCode} and "${message}"`, inconsistent: true }
  }
  return { context: requestContext, code, message }
}

/** @returns whether there is such a request */
function record(state: EmulatorState, tenant: string, { context, code, message }: Result): boolean {
  const request = state.revocations.find(tenant, context)
  if (request === undefined || request.deliveries === 0) {
    state.violate('unknownContext', context.slice(0, 40))
    return false
  }
  const decided = request.state === 'revoked' || request.state === 'failed'
  const last = request.results.at(-1)
  request.results.push({ code, message })
  if (decided) {
    if (last?.code !== code) state.violate('conflictingResult', `${last?.code}, then ${code}`)
    return true
  }
  settle(state, request, code)
  return true
}

function settle({ challenges }: EmulatorState, request: RevocationRequest, code: ResultName): void {
  request.state = code === 'None' ? 'revoked' : isRetryable(code) ? 'pending' : 'failed'
  const challenge = request.requestId === undefined ? undefined : challenges.byRequest(request.requestId)
  if (challenge !== undefined && request.state === 'revoked') challenge.state = 'revoked'
}

function uploadAnswer({ url, flags }: EmulatorState, complete: boolean): object {
  const context = { '@odata.context': `${url}/RACerts/StatelessPkiConnectorService/$metadata#Edm.Boolean` }
  if (!complete) return { ...context, value: false }
  const { uploadValue } = flags.revocation
  return uploadValue === 'missing' ? context : { ...context, value: VALUES[uploadValue] }
}

const VALUES = { true: true, false: false, string: 'true', String: 'True' } as const
