import type {
  AuthenticatedEncryptionName,
  ContentEncryptionName,
  DigestName,
  KeyTransport,
  PrfDigest,
} from '@chancery/pki'

/** What is accepted of a message and how it is answered: the compatibility switches of a SCEP profile, resolved. */
export interface MessagePolicy {
  readonly digests: readonly DigestName[]
  readonly contentEncryptions: readonly (ContentEncryptionName | AuthenticatedEncryptionName)[]
  /** Ciphers accepted in AuthEnvelopedData; none: it is refused. */
  readonly authEnvelopedData: readonly AuthenticatedEncryptionName[]
  readonly rsaPss: boolean
  readonly keyTransports: readonly KeyTransport['scheme'][]
  readonly missingSenderNonce: 'refuse' | 'tolerate'
  /** Whether the key of a self-signed signer must be the key of the request (S-2.3-07). */
  readonly signerKeyRule: 'same-key' | 'any-key'
  /** How far signingTime may be from our clock; undefined: it is not looked at. */
  readonly timeWindowSeconds: number | undefined
  /** What FAILURE and PENDING carry where SUCCESS carries the envelope. */
  readonly emptyContent: 'absent' | 'empty' | 'ndes'
  readonly failInfoText: boolean
  /** Function of PBKDF2 in replies under a password. */
  readonly passwordPrf: PrfDigest
  /** Whose certificates a GetCert may ask for. */
  readonly getCert: 'own' | 'any' | 'off'
  readonly getCrl: boolean
}
