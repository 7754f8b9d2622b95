import type { EnrolmentRequest } from './enrolment-request.ts'
import type { PreparedCertificate } from './ports.ts'

/**
 * What would be signed for a request that keeps the rules; it uses no key.
 * @throws {ScepError} when it is against the authority's own rules
 */
export function prepareOrder(request: EnrolmentRequest, now: Date = request.now): PreparedCertificate {
  const { message, endpoint, subject, subjectAltNames } = request
  return endpoint.authority.prepare({ raProfile: endpoint.raProfile, subject, subjectAltNames, csr: message.csr, now })
}
