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

/** Longest chain that is followed. */
const LONGEST_CHAIN = 8

/**
 * Whether a certificate was issued by one of the anchors, directly or through intermediates that are CAs.
 * @param now when given, intermediates must be within their validity
 */
export function chainsTo(
  certificate: Certificate,
  anchors: readonly Certificate[],
  intermediates: readonly Certificate[],
  now?: Date,
  length = LONGEST_CHAIN,
): boolean {
  if (anchors.some((anchor) => issued(anchor, certificate))) return true
  if (length === 0) return false
  return intermediates.some(
    (intermediate) =>
      intermediate !== certificate &&
      mayIssue(intermediate) &&
      (now === undefined || (now >= intermediate.notBefore && now <= intermediate.notAfter)) &&
      !sameName(intermediate.subject, intermediate.issuer) &&
      issued(intermediate, certificate) &&
      chainsTo(intermediate, anchors, intermediates, now, length - 1),
  )
}

function issued(issuer: Certificate, certificate: Certificate): boolean {
  return sameName(issuer.subject, certificate.issuer) && verifyCertificate(certificate, issuer.publicKey)
}
