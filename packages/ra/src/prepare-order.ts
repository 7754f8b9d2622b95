import type { EnrolmentRequest } from './enrolment-request.ts'
import type { OrderingAuthority } from './order/ordering-authority.ts'
import type { PreparedCertificate, SigningAuthority } from './ports.ts'
import { grantedExtensions } from './template/extensions.ts'
import { issuedNames } from './template/names.ts'
import { isVouchedFor } from './vouched/kind.ts'

/** What would be had of the authority, before anything is recorded. */
export type PreparedOrder =
  | {
      readonly kind: 'signing'
      readonly authority: SigningAuthority
      readonly issuerId: number
      readonly prepared: PreparedCertificate
    }
  /** It makes the certificate itself: what goes into it shows when it is there. */
  | { readonly kind: 'ordering'; readonly authority: OrderingAuthority; readonly issuerId: number }

/**
 * What would be signed, or ordered, for a request that keeps the rules; it uses no key.
 * @throws {ScepError} when it is against the authority's own rules
 */
export function prepareOrder(request: EnrolmentRequest, now: Date = request.now): PreparedOrder {
  const { message, endpoint, subject } = request
  const { authority, raProfile } = endpoint
  if (authority.kind === 'ordering') return { kind: 'ordering', authority, issuerId: authority.issuerId }
  const prepared = authority.prepare({
    raProfile,
    subject,
    subjectAltNames: issuedNames(request),
    extensions: grantedExtensions(request),
    csr: message.csr,
    ...(isVouchedFor(endpoint) ? { vouched: true } : {}),
    now,
  })
  return { kind: 'signing', authority, issuerId: prepared.issuerId, prepared }
}
