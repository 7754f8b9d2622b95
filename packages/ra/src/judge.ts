import { challenge } from './checks/challenge.ts'
import type { Check } from './checks/check.ts'
import { firstEnrolment } from './checks/first-enrolment.ts'
import { keyStrength } from './checks/key-strength.ts'
import { renewalRules } from './checks/renewal.ts'
import { subjectRules } from './checks/subject.ts'
import { subjectAltNameRules } from './checks/subject-alt-name.ts'
import type { EnrolmentRequest } from './enrolment-request.ts'
import type { ChallengeUse } from './ports.ts'

/** The rules in the order in which they are asked; proof of possession was checked with the message. */
const CHECKS: readonly Check[] = [firstEnrolment, keyStrength, subjectRules, subjectAltNameRules, renewalRules]

/**
 * Whether the request may become a certificate.
 * @returns the use of a challenge to be recorded with the transaction, if a counted one was shown
 * @throws {ScepError} with the reason of the first rule that the request breaks
 */
export function judge(request: EnrolmentRequest): Promise<ChallengeUse | undefined> {
  for (const check of CHECKS) check(request)
  return challenge(request)
}
