import { certify, type SigningService } from './certify.ts'
import type { Endpoint } from './endpoint.ts'
import type { Enrolment } from './enrolment.ts'
import { type Applicant, issueEvent } from './issue-event.ts'
import type { PreparedCertificate, TransactionLedger } from './ports.ts'
import { prepared } from './prepared.ts'
import type { KnownTransaction } from './transaction.ts'
import { Unavailable } from './unavailable.ts'

export interface Finishing {
  readonly endpoint: Endpoint
  readonly ledger: TransactionLedger
  readonly keyDigest: Buffer
  /** UUID of the certificate that it renews. */
  readonly predecessor: string | undefined
  readonly now: Date
  readonly applicant: Omit<Applicant, 'transaction'>
}

/** Signs what an earlier message recorded and did not live to see signed. */
export function complete({ uuid, ordered }: KnownTransaction, finishing: Finishing): Promise<Enrolment | 'overtaken'> {
  const { authority, scepProfile } = finishing.endpoint
  if (ordered === undefined) throw new Unavailable('an ordered transaction without its TBS')
  if (authority.kind === 'ordering') throw new Unavailable('the authority that was to sign is not the one any more')
  return signAndFinish(uuid, prepared(ordered), { authority, scepProfile }, finishing)
}

/**
 * The loser of two that sign the same TBS throws its signature away and answers with the winner's.
 * @throws {Unavailable} the authority cannot sign now, and the profile does not let devices ask again
 */
export async function signAndFinish(
  uuid: string,
  order: PreparedCertificate,
  service: SigningService,
  { endpoint, ledger, keyDigest, predecessor, now, applicant }: Finishing,
): Promise<Enrolment | 'overtaken'> {
  try {
    const certificate = await certify(order, service, { keyDigest, predecessor, now })
    const event = issueEvent(certificate, { ...applicant, transaction: uuid }, now)
    const finished = await ledger.finish(uuid, certificate, now, [event])
    if (finished.status === 'conflict') return 'overtaken'
    const der = finished.certificate ?? certificate.der
    const { uuid: certificateUuid } = certificate
    return { status: 'issued', certificate: der, certificateUuid, transaction: uuid, repeated: false }
  } catch (error) {
    // RFC 8894 §4.3.1: pending, for another reason than a person. Whoever polls has it signed.
    if (!(error instanceof Unavailable) || !endpoint.scepProfile.allowPolling) throw error
    const { cause, message } = error
    return { status: 'pending', transaction: uuid, detail: cause instanceof Error ? cause.message : message }
  }
}
