import { type Certificate, encodePem, nameToText, serialToHex } from '@chancery/pki'
import { printable } from '../terminal/printable.ts'

/** As `openssl x509 -fingerprint -sha256` prints it (S-2.2-02). */
export function opensslFingerprint(certificate: Certificate): string {
  const hex = certificate.digest().toString('hex').toUpperCase()
  return (hex.match(/../g) ?? []).join(':')
}

/** What a person wants to know of a certificate; `#` keeps it out of the way of whatever reads the PEM. */
export function certificateLines(certificate: Certificate): string[] {
  return [
    `# subject      ${printable(nameToText(certificate.subject))}`,
    `# issuer       ${printable(nameToText(certificate.issuer))}`,
    `# serial       ${serialToHex(certificate.serialNumber)}`,
    `# valid        ${certificate.notBefore.toISOString()} to ${certificate.notAfter.toISOString()}`,
    `# SHA-256      ${opensslFingerprint(certificate)}`,
  ]
}

/** The same for `--json`. */
export function certificateFields(certificate: Certificate): Record<string, unknown> {
  return {
    subject: printable(nameToText(certificate.subject)),
    issuer: printable(nameToText(certificate.issuer)),
    serialNumber: serialToHex(certificate.serialNumber),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    fingerprint: certificate.digest().toString('hex'),
    pem: encodePem('CERTIFICATE', certificate.der),
  }
}
