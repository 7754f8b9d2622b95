import type { Certificate, ContentEncryptionName, DigestName, KeyTransport } from '@chancery/pki'
import type { RaKey } from './ra-key.ts'
import type { Secret } from './secret.ts'
import type { TransactionId } from './transaction-id.ts'

/** What of a request its reply must repeat or fit (RFC 8894 §3.2.1). */
export interface ReplyTo {
  readonly transactionId: TransactionId
  /** Copied into recipientNonce; undefined when the request had none that can be copied. */
  readonly senderNonce: Buffer | undefined
  /** As the device wrote it; empty when it cannot be read. */
  readonly messageType: string
  /** The request's digest, or SHA-256 when that one is refused (S-3.1-12, S-3.1-13). */
  readonly digest: DigestName
  /** Certificate of the signer, once its signature was verified: SUCCESS is encrypted to it. */
  readonly recipient?: Certificate
  readonly contentEncryption?: ContentEncryptionName
  readonly keyTransport?: KeyTransport
  /** Seals the reply to a signer whose key cannot encrypt: the challenge of the request (RFC 8894 §3.1). */
  readonly password?: Secret
  /** The key to which the request was enveloped: the reply is signed with it (design, rule 9). */
  readonly ra?: RaKey
}
