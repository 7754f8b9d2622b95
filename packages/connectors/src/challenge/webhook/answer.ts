import type { Secret } from '@chancery/scep'
import { readJsonObject } from '../../json-object.ts'
import { LONGEST_ANSWER, type WebhookResponse } from '../../webhook-post.ts'
import { type AnswerTo, HEADER, isSignature, signAnswer } from '../../webhook-signature.ts'

/** What a webhook said, or why that counts as no answer. */
export type Answered =
  | {
      readonly decision: 'allow' | 'deny' | 'pending'
      /** For the administrator. */
      readonly reason: string | undefined
      readonly retryAfterSeconds: number | undefined
    }
  | { readonly decision: 'none'; readonly fault: string }

const DECISIONS = ['allow', 'deny', 'pending'] as const
const LONGEST_REASON = 300
const LONGEST_WAIT_SECONDS = 86_400

/** A yes counts only with the signature; what is signed wrongly is no answer at all, whatever it says. */
export function readAnswer({ status, headers, body }: WebhookResponse, to: AnswerTo, key: Secret): Answered {
  if (status !== 200) return none(status >= 300 && status < 400 ? REDIRECT : `it answered HTTP ${status}`)
  const type = headers['content-type']
  if (type === undefined || !/^application\/json *(;|$)/i.test(type)) return none('its answer is not application/json')
  if (body.length > LONGEST_ANSWER) return none(`its answer is longer than ${LONGEST_ANSWER} octets`)
  const signature = headers[HEADER.signature]
  if (signature !== undefined && !isSignature(signature, signAnswer(key, to, body))) {
    return none('the signature of its answer is wrong')
  }
  const answer = readJsonObject(body)
  const decision = DECISIONS.find((one) => one === answer?.decision)
  if (answer === undefined || decision === undefined) {
    return none('its answer is no JSON object whose "decision" is allow, deny or pending')
  }
  if (decision === 'allow' && signature === undefined) return none('it allowed without a signature')
  return { decision, reason: reasonOf(answer.reason), retryAfterSeconds: secondsOf(answer.retryAfterSeconds) }
}

const REDIRECT = 'it answered with a redirect, and none is followed'

export function none(fault: string): Answered {
  return { decision: 'none', fault }
}

function reasonOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, ' ').slice(0, LONGEST_REASON) : undefined
}

function secondsOf(value: unknown): number | undefined {
  return Number.isInteger(value) && (value as number) >= 1 ? Math.min(value as number, LONGEST_WAIT_SECONDS) : undefined
}
