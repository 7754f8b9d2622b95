import type { DigestName } from '../../algorithm/digest.ts'

export type PrfDigest = Exclude<DigestName, 'md5'>

/** Pseudo-random functions of PBKDF2 (RFC 8018 §B.1.2). */
export const PRFS: readonly { readonly digest: PrfDigest; readonly oid: string }[] = [
  { digest: 'sha1', oid: '1.2.840.113549.2.7' },
  { digest: 'sha224', oid: '1.2.840.113549.2.8' },
  { digest: 'sha256', oid: '1.2.840.113549.2.9' },
  { digest: 'sha384', oid: '1.2.840.113549.2.10' },
  { digest: 'sha512', oid: '1.2.840.113549.2.11' },
]
