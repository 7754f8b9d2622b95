import { ScepError } from '@chancery/scep'
import { issuedNames } from '../template/names.ts'
import type { Check } from './check.ts'
import { hasControlCharacter } from './control-character.ts'

/** Longest subject that we sign, in octets of its encoding; the longest real ones have a few hundred. */
const LONGEST_SUBJECT = 2048

/** The subject is there where the profile wants one, and every value of it can be shown to a person (S-3.3.1-02). */
export const subjectRules: Check = (request) => {
  const { subject, endpoint } = request
  const { subjectRequired } = endpoint.raProfile.subject
  if (subject.rdns.length === 0 && (subjectRequired || issuedNames(request).length === 0)) {
    throw new ScepError('subject_refused', { detail: 'the request names no subject' })
  }
  if (subject.der.length > LONGEST_SUBJECT) {
    throw new ScepError('subject_refused', { detail: `the subject is longer than ${LONGEST_SUBJECT} octets` })
  }
  if (subject.rdns.some((rdn) => rdn.length === 0)) {
    throw new ScepError('subject_refused', { detail: 'the subject has a part without any attribute' })
  }
  for (const { oid, value } of subject.rdns.flat()) {
    if (value === undefined) throw new ScepError('subject_refused', { detail: `attribute ${oid} is not text` })
    if (value === '') throw new ScepError('subject_refused', { detail: `attribute ${oid} is empty` })
    if (hasControlCharacter(value))
      throw new ScepError('subject_refused', { detail: `attribute ${oid} holds a control character` })
  }
}
