import type { Notice } from '@chancery/ra'
import { postSigned, type WebhookSettings } from '../webhook-signed.ts'
import type { Outcome } from './outcome.ts'

const LONGEST_WAIT_SECONDS = 6 * 3600

/** Tells a webhook. The same notice, told again because the first answer was lost, has the same idempotency key. */
export async function tellWebhook(
  settings: WebhookSettings,
  { uuid, payload }: Pick<Notice, 'uuid' | 'payload'>,
  now: Date,
): Promise<Outcome> {
  const body = Buffer.from(JSON.stringify(payload))
  try {
    const { response } = await postSigned(settings, { body, idempotencyKey: uuid, now })
    return outcomeOf(response)
  } catch (error) {
    return { outcome: 'failed', trouble: error instanceof Error ? error.message : String(error) }
  }
}

function outcomeOf({
  status,
  headers,
}: Pick<Awaited<ReturnType<WebhookSettings['post']>>, 'status' | 'headers'>): Outcome {
  if (status >= 200 && status < 300) return { outcome: 'delivered' }
  if (status === 410) return { outcome: 'gone', trouble: 'it answered HTTP 410: it wants to be told no more' }
  if (status >= 300 && status < 400) {
    return { outcome: 'failed', trouble: 'it answered with a redirect, and none is followed' }
  }
  const trouble = `it answered HTTP ${status}`
  const seconds = /^\d{1,6}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : 0
  return { outcome: 'failed', trouble, notBeforeSeconds: Math.min(seconds, LONGEST_WAIT_SECONDS) }
}
