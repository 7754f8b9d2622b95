import { randomBytes } from 'node:crypto'
import {
  assembleSigned,
  buildKeyUsage,
  buildTbsCertificate,
  type Certificate,
  type Name,
  parseCertificate,
  type SigningKey,
  signatureAlgorithmIdentifier,
} from '@chancery/pki'
import { type RsaPadding, signatureSchemeFor } from '../signature-scheme.ts'

const DAY = 86_400_000

/**
 * The certificate that signs a first enrolment, made by the client itself (RFC 8894 §2.3): subject and key of the
 * certification request, or a placeholder for the subject where the name is not to be read on the way (§7.7). It begins a day ago for servers whose clock is slow, and lasts as long as a person may take
 * to approve.
 */
export async function selfSignedSigner(
  subject: Name,
  key: SigningKey,
  now: Date,
  rsaPadding: RsaPadding = 'pkcs1',
): Promise<Certificate> {
  const scheme = signatureSchemeFor(key.publicKey, 'sha256', rsaPadding)
  const signature = signatureAlgorithmIdentifier(scheme)
  const tbs = buildTbsCertificate({
    serialNumber: newSerial(),
    signature,
    issuer: subject,
    notBefore: new Date(now.getTime() - DAY),
    notAfter: new Date(now.getTime() + 30 * DAY),
    subject,
    publicKey: key.publicKey.der,
    extensions: [
      buildKeyUsage(key.publicKey.type === 'rsa' ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature']),
    ],
  })
  return parseCertificate(assembleSigned(tbs, signature, await key.sign(tbs, scheme)))
}

/** 16 octets, positive and without a leading zero. */
function newSerial(): Buffer {
  const serial = randomBytes(16)
  serial[0] = 0x40 | ((serial[0] as number) & 0x3f)
  return serial
}
