import type { EnrolmentRequest } from './enrolment-request.ts'
import type { PreparedCertificate } from './ports.ts'
import { grantedExtensions } from './template/extensions.ts'
import { issuedNames } from './template/names.ts'

/**
 * What would be signed for a request that keeps the rules; it uses no key.
 * @throws {ScepError} when it is against the authority's own rules
 */
export function prepareOrder(request: EnrolmentRequest, now: Date = request.now): PreparedCertificate {
  const { message, endpoint, subject } = request
  return endpoint.authority.prepare({
    raProfile: endpoint.raProfile,
    subject,
    subjectAltNames: issuedNames(request),
    extensions: grantedExtensions(request),
    csr: message.csr,
    now,
  })
}
