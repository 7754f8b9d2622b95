import type { ChallengeQuestion } from '@chancery/ra'
import { postSigned, type WebhookSettings } from '../../webhook-signed.ts'
import { type Answered, none, readAnswer } from './answer.ts'
import { keyOfQuestion, questionBody, type WireKind } from './question.ts'

/** Asks once. Whatever goes wrong on the way is no answer. */
export async function askWebhook(
  settings: WebhookSettings,
  question: ChallengeQuestion,
  kind: WireKind,
): Promise<Answered> {
  const { rule, key } = settings
  const idempotencyKey = keyOfQuestion(question, rule, key).toString('hex')
  const body = questionBody(question, idempotencyKey, kind)
  try {
    const { response, to } = await postSigned(settings, { body, idempotencyKey, now: question.now })
    return readAnswer(response, to, key)
  } catch (error) {
    return none(error instanceof Error ? error.message : String(error))
  }
}
