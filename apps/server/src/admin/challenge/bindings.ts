import type { NewChallenge } from '@chancery/api'
import { generalNameFromText, generalNameToText, nameFromText, nameToText, PkiError } from '@chancery/pki'

/** What a challenge may be used for, in the form in which it is stored; null: anything the profile allows. */
export interface Bindings {
  readonly subject: string | null
  readonly subjectAltNames: readonly string[] | null
}

/**
 * @param faults takes a sentence for every name that cannot be read
 * @param path before the names of the fields, for one challenge among many: `[3].`
 */
export function readBindings(
  { subject, subjectAltNames }: Pick<NewChallenge, 'subject' | 'subjectAltNames'>,
  faults: string[],
  path = '',
): Bindings {
  return {
    subject: subject == null ? null : read(`${path}subject`, subject, faults, (text) => nameToText(nameFromText(text))),
    subjectAltNames:
      allowedNames(subject, subjectAltNames)?.map((name, index) =>
        read(`${path}subjectAltNames[${index}]`, name, faults, (text) => generalNameToText(generalNameFromText(text))),
      ) ?? null,
  }
}

/**
 * A challenge for one subject is for one device, and whoever made it does not expect that it buys any alternative name
 * (VU#971035): unless names are given, or null is written out, there are none.
 */
function allowedNames(subject: NewChallenge['subject'], names: NewChallenge['subjectAltNames']) {
  return names === undefined && subject != null ? [] : names
}

function read(field: string, text: string, faults: string[], normalise: (text: string) => string): string {
  try {
    return normalise(text)
  } catch (error) {
    if (!(error instanceof PkiError)) throw error
    faults.push(`${field} cannot be read: ${error.message}.`)
    return ''
  }
}
