import { createHmac } from 'node:crypto'
import { type CertificationRequest, generalNameToText, nameToText, requestedExtensions } from '@chancery/pki'
import type { ChallengeQuestion, WebhookRule } from '@chancery/ra'
import type { Secret } from '@chancery/scep'

/** A question as the receiver reads it (docs/operate/webhook-challenges.md). */
export function questionBody(question: ChallengeQuestion, idempotencyKey: string, kind: WireKind): Buffer {
  const { csr, challenge, subject, subjectAltNames, transactionId, scepProfile, raProfile, peer, now } = question
  return Buffer.from(
    JSON.stringify({
      version: 1,
      time: now.toISOString(),
      idempotencyKey,
      kind,
      scepProfile,
      raProfile,
      transactionId,
      source: peer ?? null,
      challenge: challenge.reveal(),
      csr: csr.der.toString('base64'),
      request: {
        subject: nameToText(subject),
        subjectAltNames: subjectAltNames.map(generalNameToText),
        key: keyOf(csr),
        extensions: requestedExtensions(csr).map(({ oid }) => oid),
      },
    }),
  )
}

/** `test`: an administrator tries it out; nothing comes of the answer. */
export type WireKind = 'first' | 'renewal' | 'test'

export const WIRE_KIND: Readonly<Record<ChallengeQuestion['kind'], WireKind>> = { initial: 'first', renewal: 'renewal' }

/**
 * Names the question: the same request, asked again, has the same one; another challenge in it, another URL or another key
 * of the webhook is another question. Nobody without the key can tell from it what the challenge is.
 */
export function keyOfQuestion(
  { idempotencyKey, challenge }: Pick<ChallengeQuestion, 'idempotencyKey' | 'challenge'>,
  { url }: Pick<WebhookRule, 'url'>,
  key: Secret,
): Buffer {
  const hmac = createHmac('sha256', key.reveal()).update(idempotencyKey)
  return hmac.update(JSON.stringify([url, challenge.reveal()])).digest()
}

function keyOf({ publicKey }: CertificationRequest) {
  const { type, curve, modulusBits } = publicKey
  return { type, ...(modulusBits !== undefined && { bits: modulusBits }), ...(curve !== undefined && { curve }) }
}
