import type { ChallengeQuestion, WebhookRule } from '@chancery/ra'
import type { Secret } from '@chancery/scep'
import { type Answered, none, readAnswer } from './answer.ts'
import type { PostWebhook } from './post.ts'
import { keyOfQuestion, questionBody, type WireKind } from './question.ts'
import { HEADER, signQuestion } from './signature.ts'

export interface WebhookSettings {
  readonly rule: WebhookRule
  readonly key: Secret
  readonly post: PostWebhook
}

/** Asks once. Whatever goes wrong on the way is no answer. */
export async function askWebhook(
  { rule, key, post }: WebhookSettings,
  question: ChallengeQuestion,
  kind: WireKind,
): Promise<Answered> {
  const idempotencyKey = keyOfQuestion(question, rule, key).toString('hex')
  const timestamp = String(Math.floor(question.now.getTime() / 1000))
  const body = questionBody(question, idempotencyKey, kind)
  const { url, timeoutMilliseconds, allowPrivateAddresses, trustedCertificates } = rule
  try {
    const response = await post({
      url,
      timeoutMilliseconds,
      allowPrivateAddresses,
      trustedCertificates,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        [HEADER.timestamp]: timestamp,
        [HEADER.idempotencyKey]: idempotencyKey,
        [HEADER.signature]: signQuestion(key, timestamp, body),
      },
      body,
    })
    return readAnswer(response, { timestamp, idempotencyKey }, key)
  } catch (error) {
    return none(error instanceof Error ? error.message : String(error))
  }
}
