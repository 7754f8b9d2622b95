import { randomBytes } from 'node:crypto'
import { type ContentEncryption, contentEncryptionByName } from '../../algorithm/content-encryption.ts'
import { contextTag } from '../../der/tag.ts'
import { encode, integer, octetString } from '../../der/write.ts'
import { buildPasswordAlgorithms, type PasswordEncryption } from './encryption.ts'
import { wrapKey } from './key-wrap.ts'
import type { PrfDigest } from './prf.ts'

export interface NewPassword {
  readonly password: string
  readonly iterations?: number
  /** SHA-1 for clients that know only the default of PBKDF2. */
  readonly prf?: PrfDigest
}

/** A fresh salt and IV; the content's cipher for the key-encryption key too, as OpenSSL does (S-3.1-P04). */
export function newPasswordEncryption(content: ContentEncryption, chosen: NewPassword): PasswordEncryption {
  const { iterations = ITERATIONS, prf = 'sha256' } = chosen
  const cipher = content.name === 'des-cbc' ? contentEncryptionByName('des-ede3-cbc') : content
  return { salt: randomBytes(SALT_BYTES), iterations, prf, cipher, iv: randomBytes(cipher.ivBytes) }
}

/** PasswordRecipientInfo (RFC 5652 §6.2.4, S-3.1-P03). */
export function buildPasswordRecipient(encryption: PasswordEncryption, key: Buffer, contentKey: Buffer): Buffer {
  const wrapped = wrapKey(encryption.cipher, key, encryption.iv, contentKey)
  return encode(PASSWORD, integer(0), ...buildPasswordAlgorithms(encryption), octetString(wrapped))
}

const ITERATIONS = 100_000
const SALT_BYTES = 16
const PASSWORD = contextTag(3, true)
