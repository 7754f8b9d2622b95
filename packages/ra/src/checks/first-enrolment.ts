import { ScepError } from '@chancery/scep'
import type { Check } from './check.ts'

/** No new devices where the profile only renews: policy may refuse any request, and says so (S-2.5-07). */
export const firstEnrolment: Check = ({ renews, endpoint }) => {
  if (renews !== undefined || endpoint.scepProfile.enrolment.first) return
  throw new ScepError('renewals_only', {
    detail: `SCEP profile "${endpoint.scepProfile.name}" takes no first enrolments`,
  })
}
