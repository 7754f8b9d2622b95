import { createHash } from 'node:crypto'

/** Enough that no two subjects have the same one by chance, in an index that every certificate pays for. */
const OCTETS = 16

/** Digest of a subject (RFC 4514) without case and with white space folded, as names are compared (RFC 5280 §7.1). */
export function subjectDigest(subject: string): Buffer {
  const folded = subject.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ')
  return createHash('sha256').update(folded, 'utf8').digest().subarray(0, OCTETS)
}
