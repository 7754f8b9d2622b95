import { ScepError } from '@chancery/scep'
import type { Check } from './check.ts'

/** A profile whose certificates all end on one day issues none after it. */
export const validUntilRule: Check = ({ endpoint, now }) => {
  const { validUntil } = endpoint.raProfile.certificate
  if (validUntil === null || now.getTime() < Date.parse(validUntil)) return
  throw new ScepError('enrolment_refused', {
    detail: `certificates of the RA profile end at ${validUntil}, which is past`,
  })
}
