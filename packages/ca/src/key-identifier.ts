import { hash } from 'node:crypto'
import { type PublicKeyInfo, readElement, value } from '@chancery/pki'

/** Subject key identifier: the first 160 bits of SHA-256 over the key's BIT STRING (RFC 7093 §2, method 1). */
export function keyIdentifier(key: PublicKeyInfo): Buffer {
  const octets = value.bitStringOctets(readElement(key.der).children[1], 'public key')
  return hash('sha256', octets, 'buffer').subarray(0, 20)
}
