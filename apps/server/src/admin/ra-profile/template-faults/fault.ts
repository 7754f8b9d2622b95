import { PkiError } from '@chancery/pki'
import { TemplateError } from '@chancery/ra'

/** One sentence where a setting cannot be read, none where it can. */
export function faultOf(what: string, read: () => unknown): string[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof TemplateError || error instanceof PkiError)
      return [`${what} cannot be used: ${error.message}.`]
    throw error
  }
}

/** The value of a caller, fit for a sentence. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
