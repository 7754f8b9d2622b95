import type { PublicKeyInfo } from '@chancery/pki'

/** Such as `RSA 2048` or `EC P-256`. */
export function keyText(key: PublicKeyInfo): string {
  switch (key.type) {
    case 'rsa':
      return `RSA ${key.modulusBits}`
    case 'ec':
      return `EC ${key.curve}`
    case 'ed25519':
      return 'Ed25519'
    case 'unknown':
      return key.algorithm.oid
  }
}
