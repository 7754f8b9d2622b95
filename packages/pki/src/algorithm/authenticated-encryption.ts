/** Ciphers that authenticate what they encrypt (RFC 5084 §3.2). SCEP knows none; some clients send them all the same. */
export type AuthenticatedEncryptionName = 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'

export interface AuthenticatedEncryption {
  /** Also what node:crypto calls it. */
  readonly name: AuthenticatedEncryptionName
  readonly oid: string
  readonly keyBytes: number
}

export const AUTHENTICATED_ENCRYPTIONS: readonly AuthenticatedEncryption[] = [
  { name: 'aes-128-gcm', oid: '2.16.840.1.101.3.4.1.6', keyBytes: 16 },
  { name: 'aes-192-gcm', oid: '2.16.840.1.101.3.4.1.26', keyBytes: 24 },
  { name: 'aes-256-gcm', oid: '2.16.840.1.101.3.4.1.46', keyBytes: 32 },
]

export function authenticatedEncryptionByOid(oid: string): AuthenticatedEncryption | undefined {
  return AUTHENTICATED_ENCRYPTIONS.find((row) => row.oid === oid)
}

export function authenticatedEncryptionByName(name: AuthenticatedEncryptionName): AuthenticatedEncryption {
  const found = AUTHENTICATED_ENCRYPTIONS.find((row) => row.name === name)
  if (found === undefined) throw new TypeError(`no such authenticated encryption: ${name}`)
  return found
}
