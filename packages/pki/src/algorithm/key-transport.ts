import type { DigestName } from './digest.ts'

/** How a content key is wrapped for an RSA recipient. */
export type KeyTransport =
  | { readonly scheme: 'rsa-pkcs1' }
  | { readonly scheme: 'rsa-oaep'; readonly hash: DigestName; readonly mgfHash: DigestName }

export const KEY_TRANSPORTS: readonly { readonly scheme: KeyTransport['scheme']; readonly oid: string }[] = [
  { scheme: 'rsa-pkcs1', oid: '1.2.840.113549.1.1.1' },
  { scheme: 'rsa-oaep', oid: '1.2.840.113549.1.1.7' },
]
