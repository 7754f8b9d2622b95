import { nameToText } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import type { EnrolmentRequest } from '../enrolment-request.ts'
import type { CertificateInventory } from '../ports.ts'

/**
 * Whether a subject that has a valid certificate may enrol for another one (RFC 8894 §5.2 case 3, S-5.2-04). It is asked
 * after the challenge, so that strangers do not learn who has a certificate here, and only where the profile refuses.
 */
export async function secondCertificate(request: EnrolmentRequest, inventory: CertificateInventory): Promise<void> {
  const { endpoint, subject, renews, now } = request
  if (renews !== undefined || endpoint.scepProfile.enrolment.secondCertificate === 'issue') return
  if (!(await inventory.hasValid(nameToText(subject), endpoint.issuerIds, now))) return
  throw new ScepError('already_certified', { detail: `${nameToText(subject)} has a valid certificate` })
}
