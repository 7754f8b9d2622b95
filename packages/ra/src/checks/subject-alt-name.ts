import { ScepError } from '@chancery/scep'
import { nameType } from '../name-type.ts'
import { claimedNames } from '../template/names.ts'
import { isWellFormed } from '../well-formed-name.ts'
import type { Check } from './check.ts'

/** Only names of the types that the profile grants, each of them well formed (S-7-08). */
export const subjectAltNameRules: Check = (request) => {
  const rules = request.endpoint.raProfile.subject
  const names = claimedNames(request)
  if (names.length > rules.maximumNames) {
    throw new ScepError('subject_alt_name_refused', {
      detail: `${names.length} names, at most ${rules.maximumNames} allowed`,
    })
  }
  for (const name of names) {
    const type = nameType(name)
    if (type === undefined || !rules.subjectAltNames.includes(type)) {
      throw new ScepError('subject_alt_name_refused', { detail: `names of type ${type ?? name.type} are not granted` })
    }
    if (!isWellFormed(name)) {
      throw new ScepError('subject_alt_name_refused', { detail: `a name of type ${type} is malformed` })
    }
  }
}
