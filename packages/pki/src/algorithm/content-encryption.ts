import { AUTHENTICATED_ENCRYPTIONS } from './authenticated-encryption.ts'

/** Ciphers that a message may be enveloped with. */
export type ContentEncryptionName = 'des-cbc' | 'des-ede3-cbc' | 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc'

export interface ContentEncryption {
  readonly name: ContentEncryptionName
  readonly oid: string
  /** What node:crypto calls it. Single DES is triple DES with K|K|K: OpenSSL 3 has it in no default provider. */
  readonly node: string
  readonly keyBytes: number
  readonly ivBytes: number
  readonly blockBytes: number
}

export const CONTENT_ENCRYPTIONS: readonly ContentEncryption[] = [
  { name: 'des-cbc', oid: '1.3.14.3.2.7', node: 'des-ede3-cbc', keyBytes: 8, ivBytes: 8, blockBytes: 8 },
  { name: 'des-ede3-cbc', oid: '1.2.840.113549.3.7', node: 'des-ede3-cbc', keyBytes: 24, ivBytes: 8, blockBytes: 8 },
  row('aes-128-cbc', '2.16.840.1.101.3.4.1.2', 16),
  row('aes-192-cbc', '2.16.840.1.101.3.4.1.22', 24),
  row('aes-256-cbc', '2.16.840.1.101.3.4.1.42', 32),
]

/** Ciphers we do not open, known so that a refusal can name them. */
export const UNSUPPORTED_CONTENT_ENCRYPTIONS: readonly { readonly name: string; readonly oid: string }[] = [
  { name: 'rc2-cbc', oid: '1.2.840.113549.3.2' },
]

const named: readonly (readonly { readonly name: string; readonly oid: string }[])[] = [
  CONTENT_ENCRYPTIONS,
  AUTHENTICATED_ENCRYPTIONS,
  UNSUPPORTED_CONTENT_ENCRYPTIONS,
]

const byOid = new Map(CONTENT_ENCRYPTIONS.map((row) => [row.oid, row]))
const byName = new Map(CONTENT_ENCRYPTIONS.map((row) => [row.name, row]))

export function contentEncryptionByOid(oid: string): ContentEncryption | undefined {
  return byOid.get(oid)
}

export function contentEncryptionByName(name: ContentEncryptionName): ContentEncryption {
  const found = byName.get(name)
  if (found === undefined) throw new TypeError(`no such content encryption: ${name}`)
  return found
}

/** A name for a sentence about it, also when we do not support it; the OID when nobody knows it. */
export function contentEncryptionLabel(oid: string): string {
  return named.flat().find((row) => row.oid === oid)?.name ?? oid
}

function row(name: ContentEncryptionName, oid: string, keyBytes: number): ContentEncryption {
  return { name, oid, node: name, keyBytes, ivBytes: 16, blockBytes: 16 }
}
