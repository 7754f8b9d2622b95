import type { Certificate, DecryptionKey, SigningKey } from '@chancery/pki'

/** A certificate with whose key a server opens requests and signs replies. */
export interface RaKey {
  /** What the server calls it. */
  readonly id: string
  readonly certificate: Certificate
  readonly signing: SigningKey
  readonly decryption: DecryptionKey
}
