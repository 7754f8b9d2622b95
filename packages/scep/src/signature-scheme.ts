import type { DigestName, PublicKeyInfo, SignatureScheme } from '@chancery/pki'

export type RsaPadding = 'pkcs1' | 'pss'

/** How we sign with a key: RSA in PKCS#1 v1.5 unless told otherwise, because PSS is read by few; ECDSA only over SHA-2. */
export function signatureSchemeFor(
  key: PublicKeyInfo,
  digest: DigestName,
  padding: RsaPadding = 'pkcs1',
): SignatureScheme {
  switch (key.type) {
    case 'rsa':
      return { key: 'rsa', padding, digest }
    case 'ec':
      return { key: 'ec', digest: digest === 'sha1' ? 'sha256' : digest }
    case 'ed25519':
      return { key: 'ed25519' }
    case 'unknown':
      throw new TypeError('no way to sign with this key')
  }
}
