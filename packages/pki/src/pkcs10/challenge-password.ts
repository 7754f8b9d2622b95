import { buildAttribute } from '../attribute.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import { stringValue } from '../der/value.ts'
import { isPrintable, printableString, utf8String } from '../der/write.ts'
import { PkiError } from '../pki-error.ts'
import type { CertificationRequest } from './request.ts'

const CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7'
/** pkcs-9-ub-challengePassword (RFC 2985 §5.4.1). */
const MAX_CHARACTERS = 255

/**
 * Every value of every challengePassword attribute, so that callers can demand exactly one. Any string type; octets that
 * do not decode stand as Latin-1, so that they are a wrong challenge and not an absent one.
 * @throws {Asn1Error} when a value is no string at all
 */
export function challengePasswords(csr: CertificationRequest): string[] {
  return csr.attributes
    .filter(({ oid }) => oid === CHALLENGE_PASSWORD)
    .flatMap(({ values }) => values)
    .map((value) => {
      const text = stringValue(value)
      if (text === undefined && value.constructed) throw new Asn1Error('challengePassword is not a string')
      return text ?? value.content.toString('latin1')
    })
}

/** PrintableString where the characters allow it: strongSwan went back to that for servers that read nothing else. */
export function buildChallengePassword(text: string): Buffer {
  if ([...text].length > MAX_CHARACTERS)
    throw new PkiError('ERR_PKI_INVALID', `challenge is longer than ${MAX_CHARACTERS} characters`)
  return buildAttribute(CHALLENGE_PASSWORD, isPrintable(text) ? printableString(text) : utf8String(text))
}
