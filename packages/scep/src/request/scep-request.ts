import type { CertificationRequest } from '@chancery/pki'
import type { ReplyTo } from '../reply-to.ts'
import type { Secret } from '../secret.ts'
import type { TransactionId } from '../transaction-id.ts'
import type { MessageSigner } from './signer.ts'

/** A request that was verified: signature, envelope, and proof that the sender has the key. */
export interface ScepRequest {
  readonly messageType: 'PKCSReq' | 'RenewalReq'
  readonly transactionId: TransactionId
  readonly senderNonce: Buffer | undefined
  readonly signer: MessageSigner
  readonly csr: CertificationRequest
  /** An empty one counts as none (draft-nourse-scep §3.2.1: it is always there, perhaps empty). */
  readonly challengePassword: Secret | undefined
  readonly replyTo: ReplyTo
  /** Algorithms in the message that only old clients use: `sha1`, `des-ede3-cbc`, `des-cbc`. */
  readonly legacy: readonly string[]
}
