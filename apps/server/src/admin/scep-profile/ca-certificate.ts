import type { CaCertificate } from '@chancery/api'
import { type Certificate, nameToText, serialToHex } from '@chancery/pki'

/** A certificate with a key of ours as the API shows it. */
export function caCertificateToWire(uuid: string, certificate: Certificate): CaCertificate {
  return {
    uuid,
    subject: nameToText(certificate.subject),
    issuer: nameToText(certificate.issuer),
    serialNumber: serialToHex(certificate.serialNumber),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    fingerprint: certificate.digest().toString('hex'),
    certificateContent: certificate.der.toString('base64'),
  }
}
