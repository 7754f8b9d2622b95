import {
  buildEnvelopedData,
  buildPasswordEnvelopedData,
  type Certificate,
  type ContentEncryptionName,
  type KeyTransport,
  type PrfDigest,
} from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import type { Secret } from '../secret.ts'

export interface EnvelopeToSeal {
  readonly content: Buffer
  readonly recipient: Certificate
  readonly contentEncryption: ContentEncryptionName
  /** PKCS #1 v1.5 if left out. */
  readonly keyTransport?: KeyTransport | undefined
  /** What the server knows too: the only way to protect a message for a key that cannot encrypt. */
  readonly password?: Secret | undefined
  /** SHA-256 if left out; SHA-1 for servers that know only the default of PBKDF2. */
  readonly passwordDigest?: PrfDigest | undefined
}

/**
 * The key of the recipient decides: RSA gets key transport, any other a password (RFC 8894 §3.1, S-3.1-P01). Nothing ever
 * goes in clear instead (S-3.1-09).
 * @throws {ScepError} `no_password`
 */
export async function sealEnvelope(envelope: EnvelopeToSeal): Promise<Buffer> {
  const { content, recipient, contentEncryption: encryption, keyTransport, password, passwordDigest } = envelope
  if (recipient.publicKey.type === 'rsa') {
    const transport = keyTransport ?? { scheme: 'rsa-pkcs1' }
    return buildEnvelopedData({ content, encryption, recipient: { certificate: recipient, transport } })
  }
  if (password === undefined) {
    const detail = `the server has a key of type ${recipient.publicKey.type}, which nothing can be encrypted to`
    throw new ScepError('no_password', { detail })
  }
  return buildPasswordEnvelopedData({
    content,
    encryption,
    password: password.reveal(),
    ...(passwordDigest && { prf: passwordDigest }),
  })
}
