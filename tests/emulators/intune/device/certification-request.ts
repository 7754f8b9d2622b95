import {
  buildAttribute,
  buildCertificationRequest,
  buildExtendedKeyUsage,
  buildKeyUsage,
  buildSubjectAltName,
  der,
  generalNameFromText,
  KEY_USAGES,
  type KeyUsageName,
  nameFromText,
  type SigningKey,
} from '@chancery/pki'
import type { Rendered } from '../scep/challenge-book.ts'

/** What Intune rendered for a device, with its challenge. */
export interface Pushed extends Omit<Rendered, 'keyLength'> {
  readonly challenge?: string | undefined
}

/** The PKCS#10 that a device makes of it, DER. `more`: DER of extensions that nobody asked for, such as a SID. */
export function certificationRequest(pushed: Pushed, key: SigningKey, more: readonly Buffer[] = []): Promise<Buffer> {
  const { subject, san, keyUsage, eku, challenge } = pushed
  return buildCertificationRequest({
    subject: nameFromText(subject ?? ''),
    key,
    attributes: challenge === undefined ? [] : [challengeAttribute(challenge)],
    extensions: [
      ...(san.length > 0 ? [buildSubjectAltName(san.map(generalNameFromText), subject === null)] : []),
      ...(keyUsage.length > 0 ? [buildKeyUsage(keyUsage.map(usage))] : []),
      ...(eku.length > 0 ? [buildExtendedKeyUsage(eku)] : []),
      ...more,
    ],
  })
}

function usage(name: string): KeyUsageName {
  const known = KEY_USAGES.find((one) => one === name)
  if (known === undefined) throw new Error(`there is no key usage ${name}`)
  return known
}

const CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7'

/** A challenge is longer than PKCS #9 allows; devices do not mind. */
const challengeAttribute = (challenge: string): Buffer =>
  buildAttribute(
    CHALLENGE_PASSWORD,
    der.isPrintable(challenge) ? der.printableString(challenge) : der.utf8String(challenge),
  )
