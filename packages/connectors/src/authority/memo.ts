import {
  type Certificate,
  type CertificationRequest,
  type Name,
  type PublicKeyInfo,
  parseCertificate,
  parseName,
  parsePublicKeyInfo,
  readElement,
} from '@chancery/pki'
import { type ClientIdentity, identityOf } from './client-identity.ts'

/** What the reply to an order is opened and checked with, whatever the settings are by then. */
export interface Memo {
  readonly senderNonce: Buffer
  /** Of the certification request: a poll names it. */
  readonly subject: Name
  readonly csrKey: PublicKeyInfo
  readonly client: ClientIdentity
  /** The CA whose certificate is expected. */
  readonly ca: Certificate
}

/** JSON, for it is sealed and read by nobody else. */
export function writeMemo(
  { subject, publicKey }: CertificationRequest,
  { certificate, pkcs8 }: ClientIdentity,
  senderNonce: Buffer,
  ca: Certificate,
): Buffer {
  const parts = [senderNonce, subject.der, publicKey.der, certificate.der, pkcs8, ca.der]
  return Buffer.from(JSON.stringify(parts.map((part) => part.toString('base64'))))
}

export function readMemo(memo: Buffer): Memo {
  const parts = (JSON.parse(memo.toString('utf8')) as string[]).map((part) => Buffer.from(part, 'base64'))
  const [senderNonce, subject, csrKey, certificate, pkcs8, ca] = parts
  if (!senderNonce || !subject || !csrKey || !certificate || !pkcs8 || !ca)
    throw new TypeError('a memo of an order is incomplete')
  return {
    senderNonce,
    subject: parseName(readElement(subject)),
    csrKey: parsePublicKeyInfo(readElement(csrKey)),
    client: { certificate: parseCertificate(certificate), ...identityOf(pkcs8) },
    ca: parseCertificate(ca),
  }
}
