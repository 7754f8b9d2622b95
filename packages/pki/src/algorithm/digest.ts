import { identifierAbsent, identifierNull } from './identifier.ts'

export type DigestName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

export interface Digest {
  readonly name: DigestName
  readonly oid: string
  /** What node:crypto calls it. */
  readonly node: string
  /** Octets of a digest. */
  readonly length: number
  /** AlgorithmIdentifier as we write it: parameters absent (RFC 5754 §2; SHA-1 and MD5 likewise, as OpenSSL does). */
  readonly identifier: Buffer
  /** AlgorithmIdentifier with NULL, for the parameters of PSS and OAEP (RFC 4055 §2.1). */
  readonly identifierNull: Buffer
}

/** Every digest whose name we know. Whether one is acceptable is a policy's business: MD5 is here to be refused by name. */
export const DIGESTS: readonly Digest[] = (
  [
    ['md5', '1.2.840.113549.2.5', 16],
    ['sha1', '1.3.14.3.2.26', 20],
    ['sha224', '2.16.840.1.101.3.4.2.4', 28],
    ['sha256', '2.16.840.1.101.3.4.2.1', 32],
    ['sha384', '2.16.840.1.101.3.4.2.2', 48],
    ['sha512', '2.16.840.1.101.3.4.2.3', 64],
  ] as const
).map(([name, oid, length]) => ({
  name,
  oid,
  node: name,
  length,
  identifier: identifierAbsent(oid),
  identifierNull: identifierNull(oid),
}))

const byOid = new Map(DIGESTS.map((row) => [row.oid, row]))
const byName = new Map(DIGESTS.map((row) => [row.name, row]))

export function digestByOid(oid: string): Digest | undefined {
  return byOid.get(oid)
}

export function digestByName(name: DigestName): Digest {
  const row = byName.get(name)
  if (row === undefined) throw new TypeError(`no such digest: ${name}`)
  return row
}
