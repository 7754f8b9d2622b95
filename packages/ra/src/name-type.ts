import { type GeneralName, generalNameToText, USER_PRINCIPAL_NAME } from '@chancery/pki'
import type { SubjectAltNameType } from './profile.ts'

/** Undefined: no profile grants such a name. */
export function nameType(name: GeneralName): SubjectAltNameType | undefined {
  switch (name.type) {
    case 'dns':
    case 'email':
    case 'uri':
    case 'ip':
      return name.type
    case 'otherName':
      return name.oid === USER_PRINCIPAL_NAME ? 'upn' : undefined
    default:
      return undefined
  }
}

/** The text of a name without the word for its type; undefined for one that is no text. */
export function nameValue(name: GeneralName): string | undefined {
  switch (name.type) {
    case 'dns':
    case 'email':
    case 'uri':
    case 'ip':
      return name.value
    case 'otherName': {
      // Only a UTF8String has the word before it.
      const text = generalNameToText(name)
      return text.startsWith('UPN:') ? text.slice('UPN:'.length) : undefined
    }
    default:
      return undefined
  }
}
