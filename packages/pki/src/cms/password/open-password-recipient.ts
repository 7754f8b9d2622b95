import { Asn1Error } from '../../der/asn1-error.ts'
import { PkiError } from '../../pki-error.ts'
import type { PasswordRecipient } from '../recipient-info.ts'
import {
  deriveKey,
  PASSWORD_LIMITS,
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
  recipient: PasswordRecipient,
  password: string,
  limits: PasswordLimits = PASSWORD_LIMITS,
): Promise<Buffer | undefined> {
  const encryption = readable(recipient, limits)
  if (encryption === undefined) return undefined
  const key = await deriveKey(password, encryption)
  return unwrapKey(encryption.cipher, key, encryption.iv, recipient.encryptedKey)
}

function readable(recipient: PasswordRecipient, limits: PasswordLimits): PasswordEncryption | undefined {
  try {
    return passwordEncryptionOf(recipient, limits)
  } catch (error) {
    if (error instanceof PkiError || error instanceof Asn1Error) return undefined
    throw error
  }
}
