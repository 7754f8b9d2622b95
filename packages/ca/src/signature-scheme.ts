import type { PublicKeyInfo, SignatureScheme } from '@chancery/pki'
import { CaError } from './ca-error.ts'

/** What a CA signs with: the digest is as strong as the key (RFC 5480 §4 for curves), RSA in the padding that every device reads. */
export function signatureSchemeFor(key: PublicKeyInfo): SignatureScheme {
  if (key.type === 'rsa') return { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }
  if (key.type === 'ed25519') return { key: 'ed25519' }
  const digest = key.curve === undefined ? undefined : CURVE_DIGESTS[key.curve]
  if (digest === undefined) throw new CaError('ERR_CA_ISSUER', 'a CA key is RSA, P-256, P-384, P-521 or Ed25519')
  return { key: 'ec', digest }
}

const CURVE_DIGESTS = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512' } as const
