import { type GeneralName, generalNameFromText, generalNameToText } from '@chancery/pki'
import type { EnrolmentRequest } from '../enrolment-request.ts'
import type { SubjectRules } from '../profile.ts'

type Named = Pick<EnrolmentRequest, 'subject' | 'subjectAltNames' | 'endpoint'>

/** The names that are in a certificate because of the device: those it asks for, and its common name where that is copied. */
export function claimedNames({ subject, subjectAltNames, endpoint }: Named): readonly GeneralName[] {
  if (endpoint.raProfile.subject.commonNameAsDns !== 'copied') return subjectAltNames
  const known = new Set(subjectAltNames.flatMap((name) => (name.type === 'dns' ? [name.value.toLowerCase()] : [])))
  const copied = commonNames(subject).filter((name) => HOST_NAME.test(name) && !known.has(name.toLowerCase()))
  return copied.length === 0
    ? subjectAltNames
    : [...subjectAltNames, ...[...new Set(copied)].map((value) => ({ type: 'dns' as const, value }))]
}

/** All names of the certificate: the profile adds its own. */
export function issuedNames(request: Named): readonly GeneralName[] {
  const claimed = claimedNames(request)
  const { subject } = request.endpoint.raProfile
  if (subject.fixedNames.length === 0) return claimed
  const known = new Set(claimed.map(generalNameToText))
  return [...claimed, ...fixedNames(subject).filter((name) => !known.has(generalNameToText(name)))]
}

/** Read once for each configuration. */
function fixedNames(rules: SubjectRules): readonly GeneralName[] {
  const known = fixed.get(rules) ?? rules.fixedNames.map(generalNameFromText)
  fixed.set(rules, known)
  return known
}

const fixed = new WeakMap<SubjectRules, readonly GeneralName[]>()

export function commonNames({ rdns }: EnrolmentRequest['subject']): string[] {
  return rdns.flat().flatMap(({ oid, value }) => (oid === COMMON_NAME && value !== undefined ? [value] : []))
}

const COMMON_NAME = '2.5.4.3'

/** With a domain, so that `printer1` is none, and no IPv4 address: the last label has a letter. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?=[0-9-]*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/
