import { Asn1Error } from '../../der/asn1-error.ts'
import { PkiError } from '../../pki-error.ts'
import type { PasswordRecipientInfo } from '../recipient-info.ts'
import {
  DEFAULT_PASSWORD_LIMITS,
  deriveKey,
  type PasswordEncryption,
  type PasswordLimits,
  passwordEncryptionOf,
} from './encryption.ts'
import { unwrapKey } from './key-wrap.ts'

/**
 * The content key that a password protects, or undefined, whatever is wrong. Its length is still to be compared with
 * that of the content's cipher: `contentKeyOfLength`.
 */
export async function openPasswordRecipient(
  recipient: PasswordRecipientInfo,
  password: string,
  limits: PasswordLimits = DEFAULT_PASSWORD_LIMITS,
): Promise<Buffer | undefined> {
  const encryption = readable(recipient, limits)
  if (encryption === undefined) return undefined
  const key = await deriveKey(password, encryption)
  return unwrapKey(encryption.cipher, key, encryption.iv, recipient.encryptedKey)
}

function readable(recipient: PasswordRecipientInfo, limits: PasswordLimits): PasswordEncryption | undefined {
  try {
    return passwordEncryptionOf(recipient, limits)
  } catch (error) {
    if (error instanceof PkiError || error instanceof Asn1Error) return undefined
    throw error
  }
}
