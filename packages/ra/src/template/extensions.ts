import { type Extension, requestedExtensions } from '@chancery/pki'
import type { EnrolmentRequest } from '../enrolment-request.ts'

/**
 * The extensions that are taken over, in the order of the profile: of the request, or in a renewal those of the certificate,
 * which vouches for what is in it and for no more. Not the default: by default there are none.
 */
export function grantedExtensions({ message, endpoint, renews }: EnrolmentRequest): readonly Extension[] {
  const { allowedExtensions } = endpoint.raProfile.certificate
  if (allowedExtensions.length === 0) return NONE
  const found = renews?.certificate.extensions ?? requestedExtensions(message.csr)
  return allowedExtensions.flatMap(({ oid }) => found.filter((extension) => extension.oid === oid))
}

const NONE: readonly Extension[] = []
