import { type Certificate, sameName, verifyCertificate } from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import { mayIssue, mayRegister } from './usage.ts'

/**
 * Checks that every other certificate of GetCACert belongs to the one that was authenticated by its fingerprint: it was
 * issued by it, directly or through valid intermediates, or stands above it in its chain (S-2.2-04, D-2.4-01).
 * @throws {ScepError} `ca_certificates_untrusted`
 */
export function verifyCaCertificates(
  certificates: readonly Certificate[],
  authenticated: Certificate,
  now: Date,
): void {
  for (const certificate of certificates) {
    if (certificate.der.equals(authenticated.der)) continue
    const below = chainsTo(certificate, [authenticated], certificates, now)
    const above = chainsTo(authenticated, [certificate], certificates, now)
    if (!below && !above) {
      throw new ScepError('ca_certificates_untrusted', {
        detail: 'a certificate does not chain to the authenticated one',
      })
    }
    if (below && !mayIssue(certificate) && !mayRegister(certificate)) {
      throw new ScepError('ca_certificates_untrusted', {
        detail: 'a certificate in the place of an RA is for a client',
      })
    }
    if (below && (now < certificate.notBefore || now > certificate.notAfter)) {
      throw new ScepError('ca_certificates_untrusted', {
        detail: 'a certificate of the server is outside its validity',
      })
    }
  }
}

/**
 * Whether a certificate was issued by one of the anchors, directly or through intermediates that are CAs. Each of them is
 * looked at once: GetCACert is not authenticated, and CAs that certify each other in circles would make a search along
 * every path endless.
 * @param now when given, intermediates must be within their validity
 */
export function chainsTo(
  certificate: Certificate,
  anchors: readonly Certificate[],
  intermediates: readonly Certificate[],
  now?: Date,
): boolean {
  const usable = (one: Certificate): boolean =>
    mayIssue(one) &&
    (now === undefined || (now >= one.notBefore && now <= one.notAfter)) &&
    !sameName(one.subject, one.issuer)
  const reached = new Set([certificate])
  for (const one of reached) {
    if (anchors.some((anchor) => issued(anchor, one))) return true
    for (const above of intermediates) {
      if (!reached.has(above) && usable(above) && issued(above, one)) reached.add(above)
    }
  }
  return false
}

function issued(issuer: Certificate, certificate: Certificate): boolean {
  return sameName(issuer.subject, certificate.issuer) && verifyCertificate(certificate, issuer.publicKey)
}
