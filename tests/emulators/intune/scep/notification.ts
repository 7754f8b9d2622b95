import type { Answer, Call } from '../http/answer.ts'
import type { Members } from '../http/body.ts'
import { odataError } from '../http/odata-error.ts'
import type { EmulatorState } from '../state.ts'
import type { RequestRecord } from './request-book.ts'
import { isOneLineOfBase64 } from './validate-request.ts'

/** The request that a notification is about, if one was ever judged; what is odd about the reference is recorded. */
export function notifiedRequest(state: EmulatorState, notification: Members): RequestRecord | undefined {
  const [certificateRequest, transactionId] = [notification.certificateRequest, notification.transactionId].map(String)
  if (!isOneLineOfBase64(certificateRequest ?? '')) state.violate('armouredRequest', 'notification')
  const record = state.requests.find(certificateRequest ?? '')
  if (record !== undefined && !record.transactionIds.has(transactionId ?? '')) {
    state.violate('foreignTransactionId', transactionId)
  }
  return record
}

export function refuseMalformed(state: EmulatorState, call: Call, what: string): Answer {
  state.violate('malformedNotification', what)
  return odataError(state, call, 400, 'BadRequest', what)
}
