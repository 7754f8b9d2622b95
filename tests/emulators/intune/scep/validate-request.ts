import type { Answer, Call } from '../http/answer.ts'
import { badBody } from '../http/bad-body.ts'
import { isText, wrapped } from '../http/body.ts'
import type { EmulatorState } from '../state.ts'
import { actionResult } from './action-result.ts'
import { judge, type Verdict } from './validate.ts'

/** What an injected fault wants said in the place of the verdict. */
export interface SaidInstead {
  readonly code: string
  readonly description: string
}

/** `POST …/ScepActions/validateRequest` */
export async function validateRequest(
  state: EmulatorState,
  call: Call,
  tenant: string,
  instead?: SaidInstead,
): Promise<Answer> {
  const { transactionId, certificateRequest, callerInfo } = wrapped(call, 'request') ?? {}
  if (!isText(transactionId) || !isText(certificateRequest) || !isText(callerInfo)) {
    return badBody(state, call, 'request needs transactionId, certificateRequest and callerInfo')
  }
  if (!isOneLineOfBase64(certificateRequest)) state.violate('armouredRequest', 'validateRequest')
  const verdict = await judge(state, certificateRequest, tenant)
  const code = instead?.code ?? verdict.code
  record(state, { certificateRequest, transactionId, tenant }, verdict, code === 'Success')
  return actionResult(state, code, instead?.description ?? verdict.detail)
}

function record(
  { requests, challenges }: EmulatorState,
  asked: { certificateRequest: string; transactionId: string; tenant: string },
  { requestId }: Verdict,
  accepted: boolean,
): void {
  const { certificateRequest, transactionId, tenant } = asked
  const { state } = requests.judged(certificateRequest, { requestId, tenant, transactionId, accepted })
  const challenge = requestId === undefined ? undefined : challenges.byRequest(requestId)
  if (challenge === undefined) return
  if (accepted) challenge.validations += 1
  if (state === 'issued' || challenge.state === 'issued' || challenge.state === 'revoked') return
  challenge.state = accepted ? 'challengeValidationSucceeded' : 'challengeValidationFailed'
}

export const isOneLineOfBase64 = (text: string): boolean => /^[A-Za-z0-9+/]+={0,2}$/.test(text)
