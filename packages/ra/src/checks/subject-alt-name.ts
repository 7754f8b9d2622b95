import { type GeneralName, generalNameToText } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import { nameType } from '../name-type.ts'
import { claimedNames } from '../template/names.ts'
import type { Check } from './check.ts'
import { hasControlCharacter } from './control-character.ts'

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

/** Leftmost wildcard and underscores are seen in the field; a label of 64 octets or an empty one is not a name. */
const DNS_NAME =
  /^(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?$/

/** Longest name that we sign, in characters: real URIs have a few hundred. */
const LONGEST_NAME = 2048

function isWellFormed(name: GeneralName): boolean {
  const text = generalNameToText(name)
  if (text.length > LONGEST_NAME) return false
  switch (name.type) {
    case 'dns':
      return name.value.length <= 253 && DNS_NAME.test(name.value)
    case 'email':
      return /^[^@\s]+@[^@\s]+$/.test(name.value) && !hasControlCharacter(name.value)
    case 'uri':
      return /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(name.value) && !hasControlCharacter(name.value)
    case 'otherName':
      // Only a UTF8String has the word before it: an element of another type would be signed unread.
      return text.startsWith('UPN:') && !hasControlCharacter(text)
    default:
      return !hasControlCharacter(text)
  }
}
