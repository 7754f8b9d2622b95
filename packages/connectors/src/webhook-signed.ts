import type { WebhookRule } from '@chancery/ra'
import type { Secret } from '@chancery/scep'
import type { PostWebhook, WebhookResponse } from './webhook-post.ts'
import { type AnswerTo, HEADER, signQuestion } from './webhook-signature.ts'

/** Where signed messages go, the key that both sides have, and the way there. */
export interface WebhookSettings {
  readonly rule: WebhookRule
  readonly key: Secret
  readonly post: PostWebhook
}

/** One signed JSON message; rejects where no answer came. */
export async function postSigned(
  { rule, key, post }: WebhookSettings,
  { body, idempotencyKey, now }: { readonly body: Buffer; readonly idempotencyKey: string; readonly now: Date },
): Promise<{ readonly response: WebhookResponse; readonly to: AnswerTo }> {
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const { url, timeoutMilliseconds, allowPrivateAddresses, trustedCertificates } = rule
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
  return { response, to: { timestamp, idempotencyKey } }
}
