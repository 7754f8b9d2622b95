import {
  generalNameToText,
  nameToText,
  type PublicKeyInfo,
  parseCertificate,
  publicKeyOf,
  subjectAltNames,
} from '@chancery/pki'
import type { CertificateContent } from '@chancery/store'

/** What the store cannot read out of a certificate. */
export function describeCertificate(der: Buffer): CertificateContent {
  return {
    key: keyName(publicKeyOf(der)),
    // Worked out where they are looked at: those of devices stand beside the octets already.
    get names() {
      const certificate = parseCertificate(der)
      return [nameToText(certificate.subject), ...altNames(certificate)]
    },
  }
}

/** As in the setting of a CA's key: `rsa-2048`, `p-256`. */
export function keyName(key: PublicKeyInfo): string {
  if (key.type === 'rsa' && key.modulusBits !== undefined) return `rsa-${key.modulusBits}`
  if (key.type === 'ec' && key.curve !== undefined) return key.curve.toLowerCase()
  return key.type === 'ed25519' ? 'ed25519' : 'other'
}

/** Those of another house's CA may be malformed; the certificate is listed all the same. */
function altNames(certificate: ReturnType<typeof parseCertificate>): string[] {
  try {
    return subjectAltNames(certificate).map(generalNameToText)
  } catch {
    return []
  }
}
