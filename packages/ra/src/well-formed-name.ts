import { type GeneralName, generalNameToText } from '@chancery/pki'
import { hasControlCharacter } from './checks/control-character.ts'

export function isWellFormed(name: GeneralName): boolean {
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

/** Leftmost wildcard and underscores are seen in the field; a label of 64 octets or an empty one is not a name. */
const DNS_NAME =
  /^(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?$/

/** Longest name that we sign, in characters: real URIs have a few hundred. */
const LONGEST_NAME = 2048
