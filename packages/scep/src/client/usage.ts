import { Asn1Error, basicConstraints, type Certificate, type KeyUsageName, keyUsage, sameName } from '@chancery/pki'

/** What a certificate says about itself. An extension that cannot be read says nothing in its favour. */

export function isAuthority(certificate: Certificate): boolean {
  return readable(() => basicConstraints(certificate)?.ca === true) || sameName(certificate.issuer, certificate.subject)
}

export function mayIssue(certificate: Certificate): boolean {
  return readable(() => basicConstraints(certificate)?.ca === true)
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
