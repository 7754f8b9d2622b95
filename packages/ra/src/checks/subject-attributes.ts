import { ScepError } from '@chancery/scep'
import { commonNames } from '../template/names.ts'
import { matchesOne } from '../template/pattern.ts'
import { attributeKeyword } from '../template/subject.ts'
import type { Check } from './check.ts'

/** Which attributes the subject has, and that its common name is one of those that the profile is for. */
export const subjectAttributeRules: Check = ({ subject, endpoint }) => {
  const { allowedAttributes, requiredAttributes, commonNamePatterns } = endpoint.raProfile.subject
  if (allowedAttributes === null && requiredAttributes.length === 0 && commonNamePatterns.length === 0) return
  const present = new Set(subject.rdns.flat().map(({ oid }) => oid))
  const foreign = [...present].find((oid) => allowedAttributes !== null && !allowedAttributes.includes(oid))
  if (foreign !== undefined) refuse(`the RA profile allows no attribute ${attributeKeyword(foreign)}`)
  const missing = requiredAttributes.find((oid) => !present.has(oid))
  if (missing !== undefined) refuse(`attribute ${attributeKeyword(missing)} is missing`)
  if (commonNamePatterns.length === 0) return
  const other = commonNames(subject).find((name) => !matchesOne(commonNamePatterns, name))
  if (other !== undefined) refuse(`the common name "${other}" matches none of ${commonNamePatterns.join(', ')}`)
}

function refuse(detail: string): never {
  throw new ScepError('subject_refused', { detail })
}
