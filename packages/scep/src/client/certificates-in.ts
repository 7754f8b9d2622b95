import { type Certificate, CONTENT_TYPE, der, parseCertificate, parseSignedData, readElement, TAG } from '@chancery/pki'
import { readable } from './readable.ts'

/**
 * The certificates of a certs-only message (RFC 8894 §3.4).
 * @param unwrapped also a bare SignedData or a bare certificate, as faulty servers send them (C-ID-06)
 * @throws {ScepError} `reply_invalid`
 */
export function certificatesIn(content: Buffer, unwrapped = false): Certificate[] {
  return readable('the issued certificate', () => {
    const signedData = unwrapped ? wrapped(content) : content
    if (signedData === undefined) return [parseCertificate(content)]
    return parseSignedData(signedData).certificates.map((certificate) => parseCertificate(certificate))
  })
}

/** As a ContentInfo, told by what comes first: its type, or the version of a SignedData; a certificate has neither. */
function wrapped(content: Buffer): Buffer | undefined {
  const [first] = readElement(content).children
  if (first?.tag === TAG.oid) return content
  if (first?.tag !== TAG.integer) return undefined
  return der.sequence(der.oid(CONTENT_TYPE.signedData), der.explicit(0, content))
}
