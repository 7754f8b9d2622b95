import { type Certificate, sameName } from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import { allows, isAuthority } from './usage.ts'

export interface RecipientOptions {
  /** NDES sets only one bit of the two, and older CAs none that fits (RFC 8894 §3.5.2). */
  readonly ignoreKeyUsage?: boolean
}

/**
 * The one certificate to encrypt requests to, by what the certificates say and never by their order (S-4.2.1.2-04,
 * S-4.2.1.2-05): an RA certificate that may encipher keys, then data; else the CA itself.
 * @throws {ScepError} `no_recipient` when there is none, or its key or key usage does not allow it
 */
export function selectRecipient(certificates: readonly Certificate[], options: RecipientOptions = {}): Certificate {
  const authorities = certificates.filter(isAuthority)
  const registration = certificates.filter((certificate) => !isAuthority(certificate))
  const chosen =
    (certificates.length === 1 ? certificates[0] : undefined) ??
    registration.find((certificate) => allows(certificate, 'keyEncipherment')) ??
    registration.find((certificate) => allows(certificate, 'dataEncipherment')) ??
    (options.ignoreKeyUsage ? registration[0] : undefined) ??
    lowest(authorities.filter((certificate) => allows(certificate, 'keyEncipherment'))) ??
    lowest(certificates)
  if (chosen === undefined) throw new ScepError('no_recipient', { detail: 'no certificate at all' })
  if (chosen.publicKey.type !== 'rsa') {
    throw new ScepError('no_recipient', { detail: `its key is of type ${chosen.publicKey.type}, which cannot encrypt` })
  }
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

/** One that issued none of the others. */
function lowest(certificates: readonly Certificate[]): Certificate | undefined {
  return certificates.find(
    (candidate) => !certificates.some((other) => other !== candidate && sameName(other.issuer, candidate.subject)),
  )
}
