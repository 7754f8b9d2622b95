import type { Answer, Call } from '../http/answer.ts'
import { badBody } from '../http/bad-body.ts'
import { isText, wrapped } from '../http/body.ts'
import type { EmulatorState } from '../state.ts'
import type { ViolationKind } from '../violations.ts'
import { actionResult } from './action-result.ts'
import { notifiedRequest, refuseMalformed } from './notification.ts'
import type { RequestRecord } from './request-book.ts'
import type { SaidInstead } from './validate-request.ts'

const MOST_CHARACTERS = 255

/** `POST …/ScepActions/failureNotification` */
export function failureNotification(state: EmulatorState, call: Call, _tenant: string, instead?: SaidInstead): Answer {
  const notification = wrapped(call, 'notification')
  const { transactionId, certificateRequest, hResult, errorDescription, callerInfo } = notification ?? {}
  const texts = [transactionId, certificateRequest, errorDescription, callerInfo]
  if (notification === undefined || !texts.every(isText) || hResult === undefined) {
    const needed = 'notification needs transactionId, certificateRequest, hResult, errorDescription and callerInfo'
    return badBody(state, call, needed)
  }
  if (!Number.isSafeInteger(hResult)) return refuseMalformed(state, call, 'hResult is no integer')
  if (String(errorDescription).length > MOST_CHARACTERS || !String(errorDescription).isWellFormed()) {
    return refuseMalformed(state, call, `errorDescription is longer than ${MOST_CHARACTERS} or not well-formed`)
  }
  const request = notifiedRequest(state, notification)
  const body = call.body.toString()
  const kind = violationOf(request, body)
  if (kind !== undefined) state.violate(kind, String(errorDescription))
  if (request?.state === 'validated') record(state, request, body)
  return actionResult(state, instead?.code ?? 'Success', instead?.description)
}

function violationOf(request: RequestRecord | undefined, body: string): ViolationKind | undefined {
  if (request === undefined) return 'failureWithoutValidate'
  if (request.state === 'refused') return 'failureAfterRefusedValidate'
  if (request.state === 'issued') return 'failureAfterSuccess'
  // The same one again is a repetition after a lost answer.
  if (request.state === 'failed' && request.failure !== body) return 'notificationAfterFailure'
  return undefined
}

function record({ challenges }: EmulatorState, request: RequestRecord, body: string): void {
  request.state = 'failed'
  request.failure = body
  const challenge = request.requestId === undefined ? undefined : challenges.byRequest(request.requestId)
  if (challenge !== undefined) challenge.state = 'issueFailed'
}
