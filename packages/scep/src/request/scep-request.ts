import type { CertificationRequest, Name } from '@chancery/pki'
import type { PkiMessage } from '../pki-message.ts'
import type { ReplyTo } from '../reply-to.ts'
import type { Secret } from '../secret.ts'
import type { TransactionId } from '../transaction-id.ts'
import type { MessageSigner } from './signer.ts'

/** A request that was verified: signature, envelope, and for an enrolment proof that the sender has the key. */
export type ScepRequest = EnrolmentMessage | PollMessage | CertificateQuestion

interface OpenedMessage {
  readonly transactionId: TransactionId
  readonly senderNonce: Buffer | undefined
  readonly signer: MessageSigner
  readonly replyTo: ReplyTo
  /** Algorithms in the message that only old clients use: `sha1`, `des-ede3-cbc`, `des-cbc`. */
  readonly legacy: readonly string[]
  /** As it was read, for whoever wants to know which client writes like that; what did not come as a message has none. */
  readonly message?: PkiMessage
}

/** A request for a first certificate or for a renewal (RFC 8894 §3.3.1). */
export interface EnrolmentMessage extends OpenedMessage {
  readonly messageType: 'PKCSReq' | 'RenewalReq'
  readonly csr: CertificationRequest
  /** An empty one counts as none (draft-nourse-scep §3.2.1: it is always there, perhaps empty). */
  readonly challengePassword: Secret | undefined
}

/**
 * Asks what became of an enrolment (RFC 8894 §3.3.3). Which one is told by transactionID and signer; the names in it are
 * not even read, so that an answer says nothing of whether an envelope opens (design, rule 13).
 */
export interface PollMessage extends OpenedMessage {
  readonly messageType: 'CertPoll'
}

/** Asks for a certificate, or for the CRL that would list it (RFC 8894 §3.3.4). */
export interface CertificateQuestion extends OpenedMessage {
  readonly messageType: 'GetCert' | 'GetCRL'
  readonly issuer: Name
  /** Content octets of the INTEGER, as written: any length and sign. */
  readonly serialNumber: Buffer
}

export function isEnrolment(request: ScepRequest): request is EnrolmentMessage {
  return request.messageType === 'PKCSReq' || request.messageType === 'RenewalReq'
}
