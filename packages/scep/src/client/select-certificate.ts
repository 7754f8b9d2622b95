import { type Certificate, type KeyUsageName, sameName } from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import { allows, isAuthority } from './usage.ts'

export interface RecipientOptions {
  /** NDES sets only one bit of the two, and older CAs none that fits (RFC 8894 §3.5.2). */
  readonly ignoreKeyUsage?: boolean
}

/**
 * The one certificate to encrypt requests to, by what the certificates say and never by their order (S-4.2.1.2-04,
 * S-4.2.1.2-05): an RA certificate that may encipher keys, then data; else the CA itself. One whose key cannot encrypt at
 * all, EC or Ed25519, is the recipient only where no other is: requests then go under the challenge (RFC 8894 §3.1).
 * @throws {ScepError} `no_recipient` when there is none, or its key or key usage does not allow it
 */
export function selectRecipient(certificates: readonly Certificate[], options: RecipientOptions = {}): Certificate {
  const authorities = certificates.filter(isAuthority)
  const registration = certificates.filter((certificate) => !isAuthority(certificate))
  const may = (usage: KeyUsageName) => (certificate: Certificate) => isRsa(certificate) && allows(certificate, usage)
  const chosen =
    (certificates.length === 1 ? certificates[0] : undefined) ??
    registration.find(may('keyEncipherment')) ??
    registration.find(may('dataEncipherment')) ??
    (options.ignoreKeyUsage ? registration.find(isRsa) : undefined) ??
    lowest(authorities.filter(may('keyEncipherment'))) ??
    lowest(certificates)
  if (chosen === undefined) throw new ScepError('no_recipient', { detail: 'no certificate at all' })
  if (chosen.publicKey.type === 'unknown')
    throw new ScepError('no_recipient', { detail: 'its key is of an unknown type' })
  if (!isRsa(chosen)) return chosen
  if (!options.ignoreKeyUsage && !allows(chosen, 'keyEncipherment') && !allows(chosen, 'dataEncipherment')) {
    throw new ScepError('no_recipient', { detail: 'the key usage of its certificates has no keyEncipherment' })
  }
  return chosen
}

/** Those whose signature under a reply may be believed, the fitting ones first; any of the authenticated set may sign. */
export function selectSigners(certificates: readonly Certificate[]): Certificate[] {
  const rank = (certificate: Certificate): number =>
    (allows(certificate, 'digitalSignature') ? 0 : 2) + (isAuthority(certificate) ? 1 : 0)
  return [...certificates].sort((one, other) => rank(one) - rank(other))
}

/**
 * The CA that a poll names (RFC 8894 §3.3.3): the recipient itself, or the one that issued it; else the lowest there is.
 * @throws {ScepError} `no_recipient` when there is no CA at all
 */
export function issuingAuthority(recipient: Certificate, issuers: readonly Certificate[]): Certificate {
  if (isAuthority(recipient)) return recipient
  const found = issuers.find(({ subject }) => sameName(subject, recipient.issuer)) ?? lowest(issuers)
  if (found === undefined) throw new ScepError('no_recipient', { detail: 'no CA certificate' })
  return found
}

const isRsa = ({ publicKey }: Certificate): boolean => publicKey.type === 'rsa'

/** One that issued none of the others. */
function lowest(certificates: readonly Certificate[]): Certificate | undefined {
  return certificates.find(
    (candidate) => !certificates.some((other) => other !== candidate && sameName(other.issuer, candidate.subject)),
  )
}
