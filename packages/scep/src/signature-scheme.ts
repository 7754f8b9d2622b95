import type { DigestName, PublicKeyInfo, SignatureScheme } from '@chancery/pki'

/** How we sign with a key: RSA in PKCS#1 v1.5, because PSS is read by hardly any client; ECDSA only over SHA-2. */
export function signatureSchemeFor(key: PublicKeyInfo, digest: DigestName): SignatureScheme {
  switch (key.type) {
    case 'rsa':
      return { key: 'rsa', padding: 'pkcs1', digest }
    case 'ec':
      return { key: 'ec', digest: digest === 'sha1' ? 'sha256' : digest }
    case 'ed25519':
      return { key: 'ed25519' }
    case 'unknown':
      throw new TypeError('no way to sign with this key')
  }
}
