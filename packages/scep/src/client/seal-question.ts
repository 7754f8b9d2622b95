import { type Certificate, der, issuerAndSerialNumber, type Name } from '@chancery/pki'
import { type MessageParts, type SealedRequest, sealMessage } from './seal-message.ts'

export interface PollToSeal extends MessageParts {
  /** Of the CA, and of the certification request (RFC 8894 §3.3.3). */
  readonly issuer: Name
  readonly subject: Name
}

/** CertPoll, which the drafts called GetCertInitial: what became of the transaction (D-3.1.1.2-02). */
export function sealPoll(poll: PollToSeal): Promise<SealedRequest> {
  return sealMessage({ ...poll, messageType: 'CertPoll', content: der.sequence(poll.issuer.der, poll.subject.der) })
}

/** The certificate that is asked for, or whose CRL is (RFC 8894 §3.3.4). */
export type CertificateId = Pick<Certificate, 'issuer' | 'serialNumber'>

export interface QuestionToSeal extends MessageParts {
  readonly messageType: 'GetCert' | 'GetCRL'
  readonly certificate: CertificateId
}

export function sealQuestion(question: QuestionToSeal): Promise<SealedRequest> {
  return sealMessage({ ...question, content: issuerAndSerialNumber(question.certificate) })
}
