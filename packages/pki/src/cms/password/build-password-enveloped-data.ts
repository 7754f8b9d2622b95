import { randomBytes } from 'node:crypto'
import { type ContentEncryptionName, contentEncryptionByName } from '../../algorithm/content-encryption.ts'
import { contextTag } from '../../der/tag.ts'
import { encode, integer, octetString } from '../../der/write.ts'
import { assembleEnvelopedData } from '../build-enveloped-data.ts'
import { buildPasswordAlgorithms, deriveKey } from './encryption.ts'
import { wrapKey } from './key-wrap.ts'
import type { PrfDigest } from './prf.ts'

export interface NewPasswordEnvelopedData {
  readonly content: Buffer
  readonly encryption: ContentEncryptionName
  readonly password: string
  readonly iterations?: number
  /** SHA-1 for clients that know only the default of PBKDF2. */
  readonly prf?: PrfDigest
}

/** ContentInfo with EnvelopedData for whoever knows a password (RFC 8894 §3.1; S-3.1-P03, S-3.1-P04). */
export async function buildPasswordEnvelopedData(envelope: NewPasswordEnvelopedData): Promise<Buffer> {
  const { content, encryption, password, iterations = ITERATIONS, prf = 'sha256' } = envelope
  const row = contentEncryptionByName(encryption)
  const cipher = row.name === 'des-cbc' ? contentEncryptionByName('des-ede3-cbc') : row
  const scheme = { salt: randomBytes(SALT_BYTES), iterations, prf, cipher, iv: randomBytes(cipher.ivBytes) }
  const contentKey = randomBytes(row.keyBytes)
  const wrapped = wrapKey(cipher, await deriveKey(password, scheme), scheme.iv, contentKey)
  const recipientInfo = encode(PASSWORD, integer(0), ...buildPasswordAlgorithms(scheme), octetString(wrapped))
  return assembleEnvelopedData(integer(3), recipientInfo, { row, contentKey, content })
}

const ITERATIONS = 100_000
const SALT_BYTES = 16
const PASSWORD = contextTag(3, true)
