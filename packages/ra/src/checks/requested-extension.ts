import { ScepError } from '@chancery/scep'
import { grantedExtensions } from '../template/extensions.ts'
import type { Check } from './check.ts'

/** Longest extension that is taken over, in octets of its value; the known ones have less than a hundred. */
const LONGEST_EXTENSION = 1024

/** Extensions that would be taken over are there once each, and not without measure; the authority looks at their encoding. */
export const requestedExtensionRules: Check = (request) => {
  const seen = new Set<string>()
  for (const { oid, value } of grantedExtensions(request)) {
    if (seen.has(oid)) refuse(`extension ${oid} is requested twice`)
    if (value.length > LONGEST_EXTENSION) refuse(`extension ${oid} is longer than ${LONGEST_EXTENSION} octets`)
    seen.add(oid)
  }
}

function refuse(detail: string): never {
  throw new ScepError('enrolment_refused', { detail })
}
