import { generateKeyPairSync } from 'node:crypto'
import {
  assembleSigned,
  buildSubjectAltName,
  buildTbsCertificate,
  type Certificate,
  type GeneralName,
  nameFromText,
  parseCertificate,
  type SignatureScheme,
  type SigningKey,
  signatureAlgorithmIdentifier,
  softwareSigningKey,
} from '@chancery/pki'

/** For tests: the moment at which they play. */
export const NOW = new Date('2026-01-15T12:00:00Z')
export const DAY = 86_400_000

export function rsaKey(modulusLength: number): SigningKey {
  return softwareSigningKey(generateKeyPairSync('rsa', { modulusLength }).privateKey)
}

const ISSUER_KEY = rsaKey(2048)

/** A certificate of one year from NOW on; who signed it does not matter in this room, the inventory says whose it is. */
export async function certificateFor(
  key: SigningKey,
  subject: string,
  names: readonly GeneralName[],
  ...extensions: Buffer[]
): Promise<Certificate> {
  const scheme: SignatureScheme = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }
  const signature = signatureAlgorithmIdentifier(scheme)
  const tbs = buildTbsCertificate({
    serialNumber: Buffer.from([1]),
    signature,
    issuer: nameFromText('CN=CA'),
    notBefore: NOW,
    notAfter: new Date(NOW.getTime() + 365 * DAY),
    subject: nameFromText(subject),
    publicKey: key.publicKey.der,
    extensions: [buildSubjectAltName(names, false), ...extensions],
  })
  return parseCertificate(assembleSigned(tbs, signature, await ISSUER_KEY.sign(tbs, scheme)))
}
