import {
  Asn1Error,
  basicConstraints,
  type Certificate,
  extendedKeyUsage,
  type KeyUsageName,
  keyUsage,
  sameName,
} from '@chancery/pki'

/** What a certificate says about itself. An extension that cannot be read says nothing in its favour. */

export function isAuthority(certificate: Certificate): boolean {
  return readable(() => basicConstraints(certificate)?.ca === true) || sameName(certificate.issuer, certificate.subject)
}

export function mayIssue(certificate: Certificate): boolean {
  return readable(() => basicConstraints(certificate)?.ca === true)
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
/** anyExtendedKeyUsage, Microsoft's request agent (NDES), id-kp-cmcRA. */
const REGISTRATION: ReadonlySet<string> = new Set(['2.5.29.37.0', '1.3.6.1.4.1.311.20.2.1', '1.3.6.1.5.5.7.3.28'])

/**
 * Whether a certificate of the CA may be an RA's. SCEP has no mark for it, so the one thing that can be told is that a
 * certificate made for authenticating clients belongs to a client, who must not pass for the RA.
 */
export function mayRegister(certificate: Certificate): boolean {
  return readable(() => {
    const purposes = extendedKeyUsage(certificate)
    return !purposes?.includes(CLIENT_AUTH) || purposes.some((purpose) => REGISTRATION.has(purpose))
  })
}

/** A certificate without the extension may be used for anything (RFC 5280 §4.2.1.3). */
export function allows(certificate: Certificate, usage: KeyUsageName): boolean {
  return readable(() => keyUsage(certificate)?.includes(usage) ?? true)
}

function readable(ask: () => boolean): boolean {
  try {
    return ask()
  } catch (error) {
    if (error instanceof Asn1Error) return false
    throw error
  }
}
