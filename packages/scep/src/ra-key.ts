import type { Certificate, DecryptionKey, SigningKey } from '@chancery/pki'

/** A certificate with whose key a server opens requests and signs replies. */
export interface RaKey {
  /** What the server calls it. */
  readonly id: string
  readonly certificate: Certificate
  readonly signing: SigningKey
  /** undefined: the key cannot decrypt (EC, Ed25519), and clients seal their requests with the challenge. */
  readonly decryption: DecryptionKey | undefined
}

export type DecryptingRaKey = RaKey & { readonly decryption: DecryptionKey }

export function canDecrypt(key: RaKey): key is DecryptingRaKey {
  return key.decryption !== undefined
}
