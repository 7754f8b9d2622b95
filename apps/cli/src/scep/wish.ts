import {
  buildSubjectAltName,
  type GeneralName,
  generalNameFromText,
  generalNameToText,
  type Name,
  nameFromText,
  nameToText,
  PkiError,
} from '@chancery/pki'
import { CliFailure } from '../cli-failure.ts'
import type { EnrolOptions } from './enrol-options.ts'

/** What somebody wants a certificate for; the same again is the same enrolment. */
export interface EnrolmentWish {
  readonly url: string
  /** RFC 4514. */
  readonly subject: string
  readonly subjectAltNames: readonly string[]
  readonly keyType: string
}

/** What the certificate is to say, as values and in the text under which it is remembered. */
export interface Wish {
  readonly text: EnrolmentWish
  readonly subject: Name
  /** Extensions that are asked for. */
  readonly extensions: readonly Buffer[]
}

/** What of the command line says it. */
export type WishOptions = Pick<EnrolOptions, 'subject' | 'san' | 'keyType'>

/** @throws {CliFailure} for names that cannot be read */
export function readWish(url: string, { subject, san = [], keyType }: WishOptions): Wish {
  const name = readOption('--subject', subject, nameFromText)
  const names: GeneralName[] = san.map((text) => readOption('--san', text, generalNameFromText))
  if (name.rdns.length === 0 && names.length === 0) {
    throw new CliFailure('failed', 'A certificate needs a subject, or names given with --san.')
  }
  const text = { url, subject: nameToText(name), subjectAltNames: names.map(generalNameToText), keyType }
  // Critical when nothing else names the holder (RFC 5280 §4.2.1.6).
  const extensions = names.length === 0 ? [] : [buildSubjectAltName(names, name.rdns.length === 0)]
  return { text, subject: name, extensions }
}

/** @throws {CliFailure} */
export function readOption<T>(option: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof PkiError)) throw error
    throw new CliFailure('failed', `${option} "${text}" cannot be read: ${error.message}`, {
      ...(option.endsWith('subject') && { nextStep: "Write it as 'CN=device1,O=Example'." }),
      cause: error,
    })
  }
}
