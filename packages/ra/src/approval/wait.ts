import { nameToText } from '@chancery/pki'
import type { EnrolmentMessage, Secret } from '@chancery/scep'
import type { AskedFor, EnrolmentRequest } from '../enrolment-request.ts'
import { type Applicant, waitEvent } from '../issue-event.ts'
import type { NewTransaction, UnitOutcome } from '../ports.ts'
import type { Warrant } from '../warrant.ts'
import type { ApprovalQueue } from './queue.ts'

const DAY = 86_400_000

export interface ToWait {
  readonly message: Pick<AskedFor, 'csr'>
  /** Kept where the reply will have to be encrypted with it. */
  readonly replyPassword: Secret | undefined
  readonly request: EnrolmentRequest
  readonly warrant: Warrant
  /** Generation of the CA that would issue if nobody had to agree. */
  readonly issuerId: number
  readonly transaction: NewTransaction
  readonly applicant: Applicant
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
  { message, replyPassword, request, warrant, issuerId, transaction, applicant }: ToWait,
  queue: ApprovalQueue,
): Promise<UnitOutcome> {
  const { endpoint, subject, renews, now } = request
  const { authenticated } = warrant
  const name = nameToText(subject)
  const { waiting } = endpoint.scepProfile
  const days = authenticated ? endpoint.raProfile.approval.expiresAfterDays : waiting.expiresAfterDays
  const waits = {
    csr: message.csr.der,
    challenge: replyPassword,
    subject: name,
    issuerId,
    predecessor: renews?.entry.uuid,
    source: applicant.origin.source,
    expiresAt: new Date(now.getTime() + days * DAY),
    authenticated,
    caps: authenticated ? undefined : waiting,
  }
  return queue.wait(transaction, waits, [waitEvent(name, applicant, now)])
}

/** The reply is encrypted to the key of the signer; to one that cannot decrypt, with the challenge (RFC 8894 §3.1). */
function encryptsReply({ signer }: Pick<EnrolmentMessage, 'signer'>): boolean {
  return signer.certificate.publicKey.type !== 'rsa'
}

export function passwordOfReply(message: Pick<EnrolmentMessage, 'signer' | 'challengePassword'>): Secret | undefined {
  return encryptsReply(message) ? message.challengePassword : undefined
}
