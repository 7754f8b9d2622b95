import { nameToText } from '@chancery/pki'
import type { EnrolmentMessage } from '@chancery/scep'
import type { EnrolmentRequest } from '../enrolment-request.ts'
import type { NewTransaction, PreparedCertificate, UnitOutcome } from '../ports.ts'
import type { Warrant } from '../warrant.ts'
import type { ApprovalQueue } from './queue.ts'

const DAY = 86_400_000

export interface ToWait {
  readonly message: EnrolmentMessage
  readonly request: EnrolmentRequest
  readonly warrant: Warrant
  /** What would be signed if nobody had to agree. */
  readonly order: PreparedCertificate
  readonly transaction: NewTransaction
  /** Where it came from, as the caps count it. */
  readonly source: string | undefined
}

/** Whether a person must agree before this becomes a certificate. */
export function needsPerson({ endpoint, renews }: EnrolmentRequest, { onlyByPerson }: Warrant): boolean {
  const { required, renewals } = endpoint.raProfile.approval
  return onlyByPerson || (required && (renewals || renews === undefined))
}

/**
 * Puts a request into the queue of a person. It has passed every rule, so what a person sees could become a certificate
 * as it stands (design, rule 17).
 */
export function wait(
  { message, request, warrant, order, transaction, source }: ToWait,
  queue: ApprovalQueue,
): Promise<UnitOutcome> {
  const { endpoint, subject, renews, now } = request
  const { authenticated } = warrant
  const { waiting } = endpoint.scepProfile
  const days = authenticated ? endpoint.raProfile.approval.expiresAfterDays : waiting.expiresAfterDays
  return queue.wait(transaction, {
    csr: message.csr.der,
    challenge: encryptsReply(message) ? message.challengePassword : undefined,
    subject: nameToText(subject),
    issuerId: order.issuerId,
    predecessor: renews?.entry.uuid,
    source,
    expiresAt: new Date(now.getTime() + days * DAY),
    authenticated,
    caps: authenticated ? undefined : waiting,
  })
}

/** The reply is encrypted to the key of the signer; to one that cannot decrypt, with the challenge (RFC 8894 §3.1). */
export function encryptsReply({ signer }: Pick<EnrolmentMessage, 'signer'>): boolean {
  return signer.certificate.publicKey.type !== 'rsa'
}
