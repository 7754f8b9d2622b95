import {
  Asn1Error,
  type Certificate,
  type CertificationRequest,
  decodePem,
  PkiError,
  parseCertificate,
  parseCertificationRequest,
} from '@chancery/pki'

/** @returns undefined where it is none */
export function readPastedCsr(text: string): CertificationRequest | undefined {
  return read(text, ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'], parseCertificationRequest)
}

/** @returns undefined where it is none */
export function readPastedCertificate(text: string): Certificate | undefined {
  return read(text, ['CERTIFICATE'], parseCertificate)
}

const BEGIN = '-----BEGIN '

/** The first PEM block with one of the labels, or base64. What is wrong with it is not repeated: there may be a challenge in it. */
function read<T>(text: string, labels: readonly string[], parse: (bytes: Buffer) => T): T | undefined {
  try {
    const [block] = text.includes(BEGIN)
      ? labels.filter((label) => text.includes(`${BEGIN}${label}-`)).flatMap((label) => decodePem(text, label))
      : [Buffer.from(text, 'base64')]
    return block === undefined ? undefined : parse(block)
  } catch (error) {
    if (error instanceof Asn1Error || error instanceof PkiError) return undefined
    throw error
  }
}
