import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@chancery/scep'

export const HEADER = {
  timestamp: 'x-chancery-timestamp',
  signature: 'x-chancery-signature',
  idempotencyKey: 'idempotency-key',
} as const

/** What an answer is to: signed with it, so that it is good for no other question. */
export interface AnswerTo {
  /** Seconds since 1970, as the question had them. */
  readonly timestamp: string
  readonly idempotencyKey: string
}

/** `v1=…` over timestamp and body, joined by dots. */
export function signQuestion(key: Secret, timestamp: string, body: Buffer): string {
  return sign(key, [timestamp], body)
}

/** `v1=…` over the timestamp and the idempotency key of the question, and the body of the answer. */
export function signAnswer(key: Secret, { timestamp, idempotencyKey }: AnswerTo, body: Buffer): string {
  return sign(key, [timestamp, idempotencyKey], body)
}

/** In constant time. */
export function isSignature(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function sign(key: Secret, before: readonly string[], body: Buffer): string {
  const hmac = createHmac('sha256', key.reveal())
  for (const part of before) hmac.update(`${part}.`)
  return `v1=${hmac.update(body).digest('hex')}`
}
