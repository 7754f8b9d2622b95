import { randomBytes } from 'node:crypto'
import { type ContentEncryptionName, contentEncryptionByName } from '../../algorithm/content-encryption.ts'
import { assembleEnvelopedData, PASSWORD_VERSION } from '../assemble-enveloped-data.ts'
import { deriveKey } from './encryption.ts'
import { buildPasswordRecipient, type NewPassword, newPasswordEncryption } from './recipient.ts'

export interface NewPasswordEnvelopedData extends NewPassword {
  readonly content: Buffer
  readonly encryption: ContentEncryptionName
}

/** `buildEnvelopedData` for a password without holding the thread while the key is derived: for serving processes. */
export async function buildPasswordEnvelopedData(envelope: NewPasswordEnvelopedData): Promise<Buffer> {
  const row = contentEncryptionByName(envelope.encryption)
  const encryption = newPasswordEncryption(row, envelope)
  const contentKey = randomBytes(row.keyBytes)
  const key = await deriveKey(envelope.password, encryption)
  const recipientInfo = buildPasswordRecipient(encryption, key, contentKey)
  return assembleEnvelopedData(PASSWORD_VERSION, recipientInfo, { row, contentKey, content: envelope.content })
}
