import { type GeneralName, generalNameToText } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import { nameType, nameValue } from '../name-type.ts'
import type { SubjectRules } from '../profile.ts'
import { claimedNames } from '../template/names.ts'
import { isInOne } from '../template/network.ts'
import { matchesOne } from '../template/pattern.ts'
import type { Check } from './check.ts'

/** Only names that the profile is for. Its own fixed ones are not looked at. */
export const namePatternRules: Check = (request) => {
  const { namePatterns } = request.endpoint.raProfile.subject
  for (const name of claimedNames(request)) {
    const patterns = patternsFor(name, namePatterns)
    if (patterns.length === 0 || isCovered(name, patterns)) continue
    throw new ScepError('subject_alt_name_refused', {
      detail: `${generalNameToText(name)} matches none of ${patterns.join(', ')}`,
    })
  }
}

function patternsFor(name: GeneralName, patterns: SubjectRules['namePatterns']): readonly string[] {
  const type = nameType(name)
  return (type === undefined ? undefined : patterns[type]) ?? []
}

function isCovered(name: GeneralName, patterns: readonly string[]): boolean {
  const text = nameValue(name)
  if (text === undefined) return false
  return name.type === 'ip' ? isInOne(patterns, text) : matchesOne(patterns, text)
}
