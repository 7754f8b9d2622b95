import { createHash } from 'node:crypto'
import type { TransactionId } from '@chancery/scep'
import type { Identity } from './ports.ts'
import type { Signer } from './signer.ts'

/**
 * Which transaction a message belongs to: the endpoint as addressed, first enrolment or renewal, transactionID, signer.
 * A transactionID alone means nothing: it is guessable (often a hash of the public key), and another signer's message
 * with the same one is another transaction.
 */
export function identify(endpoint: string, transactionId: TransactionId, signer: Signer): Identity {
  const { kind, digest: signerDigest } = signer
  const hash = createHash('sha256')
  for (const part of [Buffer.from(endpoint, 'utf8'), Buffer.from(kind, 'utf8'), Buffer.from(transactionId, 'latin1')]) {
    const length = Buffer.allocUnsafe(4)
    length.writeUInt32BE(part.length)
    hash.update(length).update(part)
  }
  return { endpoint, kind, transactionId, signerDigest, digest: hash.update(signerDigest).digest() }
}

/** Names one question to somebody elsewhere, however often it is asked (design, rule 19). */
export function idempotencyKey({ digest }: Identity, content: Buffer): Buffer {
  return createHash('sha256').update(digest).update(content).digest()
}
