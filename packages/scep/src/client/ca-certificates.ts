import { type Certificate, parseCertificate, parseSignedData, readElement, TAG } from '@chancery/pki'
import { ScepError } from '../scep-error.ts'

/** Certificates in an answer to GetCACert: RA pair, issuing CA, intermediates, root. */
const MOST_CERTIFICATES = 32

/**
 * The certificates in the body of GetCACert: one certificate or a certs-only SignedData, told by the bytes themselves,
 * because servers label both wrongly (S-4.2.1-01).
 * @throws {ScepError} `reply_invalid` for anything else, such as PEM or a page of HTML
 */
export function parseCaCertificates(body: Buffer, contentType?: string): Certificate[] {
  try {
    const element = readElement(body)
    const isSignedData = element.children[0]?.tag === TAG.oid
    if (!isSignedData) return [parseCertificate(element)]
    const { certificates } = parseSignedData(element, { certificates: MOST_CERTIFICATES })
    if (certificates.length === 0) throw new ScepError('reply_invalid', { detail: 'GetCACert: no certificate' })
    return certificates.map((certificate) => parseCertificate(certificate))
  } catch (cause) {
    if (cause instanceof ScepError) throw cause
    const label = contentType === undefined ? '' : ` (${contentType.slice(0, 100)})`
    throw new ScepError('reply_invalid', { detail: `GetCACert: the answer is no certificate${label}`, cause })
  }
}
