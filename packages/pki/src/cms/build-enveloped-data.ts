import { randomBytes } from 'node:crypto'
import { type ContentEncryptionName, contentEncryptionByName } from '../algorithm/content-encryption.ts'
import type { KeyTransport } from '../algorithm/key-transport.ts'
import { integer, octetString, sequence } from '../der/write.ts'
import { encryptToKey } from '../key/encrypt.ts'
import type { Certificate } from '../x509/certificate.ts'
import { assembleEnvelopedData, KEY_TRANSPORT_VERSION, PASSWORD_VERSION } from './assemble-enveloped-data.ts'
import { keyTransportIdentifier } from './key-transport.ts'
import { deriveKeySync } from './password/encryption.ts'
import { buildPasswordRecipient, type NewPassword, newPasswordEncryption } from './password/recipient.ts'
import { issuerAndSerialNumber } from './signer-identifier.ts'

export interface NewEnvelopedData {
  readonly content: Buffer
  readonly encryption: ContentEncryptionName
  readonly recipient: NewKeyTransport | NewPassword
}

export interface NewKeyTransport {
  readonly certificate: Certificate
  readonly transport: KeyTransport
}

/**
 * ContentInfo with EnvelopedData for one recipient, under a fresh content key. Deriving a key from a password holds the
 * thread for tens of milliseconds: a serving process takes `buildPasswordEnvelopedData`.
 * @throws {PkiError} when nothing can be encrypted to the certificate's key
 */
export function buildEnvelopedData({ content, encryption, recipient }: NewEnvelopedData): Buffer {
  const row = contentEncryptionByName(encryption)
  const contentKey = randomBytes(row.keyBytes)
  if ('certificate' in recipient) {
    const recipientInfo = buildKeyTransport(recipient, contentKey)
    return assembleEnvelopedData(KEY_TRANSPORT_VERSION, recipientInfo, { row, contentKey, content })
  }
  const chosen = newPasswordEncryption(row, recipient)
  const recipientInfo = buildPasswordRecipient(chosen, deriveKeySync(recipient.password, chosen), contentKey)
  return assembleEnvelopedData(PASSWORD_VERSION, recipientInfo, { row, contentKey, content })
}

/** KeyTransRecipientInfo by issuer and serial number (S-3.1-02). */
export function buildKeyTransport({ certificate, transport }: NewKeyTransport, contentKey: Buffer): Buffer {
  return sequence(
    RECIPIENT_VERSION,
    issuerAndSerialNumber(certificate),
    keyTransportIdentifier(transport),
    octetString(encryptToKey(certificate.publicKey, transport, contentKey)),
  )
}

const RECIPIENT_VERSION = integer(0)
