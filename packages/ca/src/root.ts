import {
  assembleSigned,
  buildBasicConstraints,
  buildCertificationRequest,
  buildKeyUsage,
  buildSubjectKeyIdentifier,
  buildTbsCertificate,
  type Name,
  type PublicKeyInfo,
  type SigningKey,
  signatureAlgorithmIdentifier,
} from '@chancery/pki'
import { keyIdentifier } from './key-identifier.ts'
import { newSerialNumber } from './serial-number.ts'
import { signatureSchemeFor } from './signature-scheme.ts'

const YEARS = 10
/** As old as the certificates it will issue first may claim to be, for devices whose clock is slow. */
const BACKDATE_MILLISECONDS = 3600_000

export interface RootOrder {
  readonly subject: Name
  readonly key: SigningKey
  readonly now: Date
  readonly years?: number
  /** It opens SCEP messages itself, so its key is certified for that too (RFC 8894 §2.1.2). */
  readonly isOwnRa?: boolean
  /** How many CAs may stand below one another under it; absent: any number. */
  readonly pathLength?: number
}

/** A self-signed CA certificate (DER). */
export async function selfSignedRoot({
  subject,
  key,
  now,
  years = YEARS,
  isOwnRa = false,
  pathLength,
}: RootOrder): Promise<Buffer> {
  const scheme = signatureSchemeFor(key.publicKey)
  const signature = signatureAlgorithmIdentifier(scheme)
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(now.getUTCFullYear() + years)
  const tbs = buildTbsCertificate({
    serialNumber: newSerialNumber(),
    signature,
    issuer: subject,
    notBefore: new Date(now.getTime() - BACKDATE_MILLISECONDS),
    notAfter,
    subject,
    publicKey: key.publicKey.der,
    extensions: [
      ...caExtensions(key.publicKey, isOwnRa, pathLength),
      buildSubjectKeyIdentifier(keyIdentifier(key.publicKey)),
    ],
  })
  return assembleSigned(tbs, signature, await key.sign(tbs, scheme))
}

/** A certification request (DER) with which a foreign root makes this key a CA below it. */
export function caRequest({
  subject,
  key,
  isOwnRa = false,
}: Pick<RootOrder, 'subject' | 'key' | 'isOwnRa'>): Promise<Buffer> {
  return buildCertificationRequest({
    subject,
    key,
    extensions: caExtensions(key.publicKey, isOwnRa),
    ...digestFor(key.publicKey),
  })
}

function digestFor(key: PublicKeyInfo) {
  const scheme = signatureSchemeFor(key)
  return scheme.key === 'ed25519' ? {} : { digest: scheme.digest }
}

/**
 * digitalSignature beside the two of every CA: where a CA is its own RA or OCSP responder, it signs replies too.
 * keyEncipherment only where it opens messages, and only for a key that can.
 */
function caExtensions({ type }: PublicKeyInfo, isOwnRa: boolean, pathLength?: number): Buffer[] {
  const opening = isOwnRa && type === 'rsa' ? (['keyEncipherment'] as const) : []
  return [
    buildBasicConstraints({ ca: true, ...(pathLength !== undefined && { pathLength }) }),
    buildKeyUsage(['digitalSignature', ...opening, 'keyCertSign', 'cRLSign']),
  ]
}
