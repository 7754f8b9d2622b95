import { requestedExtensions } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import type { EnrolmentRequest } from '../enrolment-request.ts'

/** szOID_NTDS_CA_SECURITY_EXT: Active Directory takes what is in it for an account. */
const SECURITY_IDENTIFIER = '1.3.6.1.4.1.311.25.2'

/**
 * Nobody vouches for the security identifier in an extension. Our own CA leaves it out; another house may not, and gets
 * the CSR as it is.
 */
export function requireUnspoiled({ message, endpoint }: EnrolmentRequest): void {
  if (endpoint.authority.kind !== 'ordering') return
  if (!requestedExtensions(message.csr).some(({ oid }) => oid === SECURITY_IDENTIFIER)) return
  throw new ScepError('enrolment_refused', {
    detail: 'the request has an extension with a security identifier, which nobody has vouched for',
  })
}
