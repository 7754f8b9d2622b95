import {
  Asn1Error,
  type Certificate,
  decodePem,
  PkiError,
  parseCertificate,
  parseSignedData,
  readElement,
  TAG,
} from '@chancery/pki'

/** More would be no chain. */
const MOST = 16

/** Labels of RFC 7468 §5 and §8, and what OpenSSL writes for CMS. */
const LABELS = ['CERTIFICATE', 'PKCS7', 'CMS'] as const

/**
 * The certificates of a text: PEM, or PKCS #7 as PEM or base64.
 * @throws {PkiError} with the rest of a sentence: `… ${message}`
 */
export function certificatesIn(text: string): Certificate[] {
  try {
    const certificates = blocksOf(text).flatMap(certificatesOf)
    if (certificates.length > MOST) throw new PkiError('ERR_PKI_INVALID', `has more than ${MOST} certificates`)
    return certificates
  } catch (cause) {
    if (!(cause instanceof Asn1Error)) throw cause
    throw new PkiError('ERR_PKI_INVALID', `is no certificate: ${cause.message}`, { cause })
  }
}

function blocksOf(text: string): Buffer[] {
  if (!text.includes('-----BEGIN ')) return [fromBase64(text)]
  const blocks = LABELS.filter((label) => text.includes(`-----BEGIN ${label}-----`)).flatMap((label) => {
    try {
      return decodePem(text, label)
    } catch (cause) {
      throw new PkiError('ERR_PKI_INVALID', `has a damaged ${label} block`, { cause })
    }
  })
  if (blocks.length === 0) throw new PkiError('ERR_PKI_INVALID', 'has no CERTIFICATE block')
  return blocks
}

function fromBase64(text: string): Buffer {
  const digits = text.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(digits)) throw new PkiError('ERR_PKI_INVALID', 'is neither PEM nor base64')
  return Buffer.from(digits, 'base64')
}

/** A ContentInfo begins with its type, a certificate with its signed part. */
function certificatesOf(block: Buffer): Certificate[] {
  const element = readElement(block)
  if (element.children[0]?.tag !== TAG.oid) return [parseCertificate(element)]
  return parseSignedData(element, { certificates: MOST }).certificates.map((one) => parseCertificate(one))
}
