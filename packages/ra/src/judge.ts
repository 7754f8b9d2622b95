import { type Asker, challenge } from './checks/challenge.ts'
import type { Check } from './checks/check.ts'
import { firstEnrolment } from './checks/first-enrolment.ts'
import { keyStrength } from './checks/key-strength.ts'
import { namePatternRules } from './checks/name-pattern.ts'
import { renewalRules } from './checks/renewal.ts'
import { requestedExtensionRules } from './checks/requested-extension.ts'
import { requiredNameRules } from './checks/required-name.ts'
import { subjectRules } from './checks/subject.ts'
import { subjectAltNameRules } from './checks/subject-alt-name.ts'
import { subjectAttributeRules } from './checks/subject-attributes.ts'
import { validUntilRule } from './checks/valid-until.ts'
import type { EnrolmentRequest } from './enrolment-request.ts'
import type { Trace } from './trace.ts'
import type { Undecided, Warrant } from './warrant.ts'

/** The rules in the order in which they are asked; proof of possession was checked with the message. */
export const CHECKS = {
  firstEnrolment,
  key: keyStrength,
  subject: subjectRules,
  subjectAttributes: subjectAttributeRules,
  subjectAltNames: subjectAltNameRules,
  namePatterns: namePatternRules,
  requiredNames: requiredNameRules,
  extensions: requestedExtensionRules,
  validUntil: validUntilRule,
  renewal: renewalRules,
} as const satisfies Readonly<Record<string, Check>>

const IN_ORDER = Object.entries(CHECKS) as readonly (readonly [keyof typeof CHECKS, Check])[]

/**
 * Whether the request may become a certificate.
 * @returns what stands behind it
 * @throws {ScepError} with the reason of the first rule that the request breaks
 */
export function judge(request: EnrolmentRequest, asker: Asker, trace: Trace): Promise<Warrant | Undecided> {
  checkRules(request, trace)
  trace.asks('challenge')
  return challenge(request, asker, trace)
}

/** All rules but the challenge, which is asked for once: by the message and not by the person who approves it. */
export function checkRules(request: EnrolmentRequest, trace?: Trace): void {
  for (const [name, check] of IN_ORDER) {
    trace?.asks(name)
    check(request)
  }
}
