import { type GeneralName, generalNameFromText, generalNameToText, PkiError } from '@chancery/pki'

/** A name in the form in which equal names are equal texts: host names in lower case (RFC 5280 §7.2 to §7.5). */
export function comparableName(name: GeneralName): string {
  switch (name.type) {
    case 'dns':
      return generalNameToText({ type: 'dns', value: name.value.toLowerCase() })
    case 'email':
      return generalNameToText({ type: 'email', value: withHostInLowerCase(name.value) })
    default:
      return generalNameToText(name)
  }
}

/** The same for a text that somebody typed; one that cannot be read equals nothing that a device can ask for. */
export function comparableText(text: string): string {
  try {
    return comparableName(generalNameFromText(text))
  } catch (error) {
    if (error instanceof PkiError) return ''
    throw error
  }
}

function withHostInLowerCase(mailbox: string): string {
  const at = mailbox.lastIndexOf('@')
  return mailbox.slice(0, at) + mailbox.slice(at).toLowerCase()
}
