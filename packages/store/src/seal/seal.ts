import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { StoreError } from '../store-error.ts'
import type { StoreKeys } from './store-key.ts'

/** Where a sealed value stands. It opens nowhere else, so values cannot be swapped between rows. */
export interface SealedPlace {
  readonly table: string
  readonly column: string
  /** UUID of the row: known before it is written, and never reused. */
  readonly row: string
}

const VERSION = 1
const HEADER_LENGTH = 5
const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/** version | key id | nonce | ciphertext | tag; AES-256-GCM. */
export function seal(keys: StoreKeys, place: SealedPlace, clear: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH)
  header.writeUInt8(VERSION, 0)
  header.writeUInt32BE(keys.keyId, 1)
  const nonce = randomBytes(NONCE_LENGTH)
  const cipher = createCipheriv('aes-256-gcm', keys.subkey('seal'), nonce).setAAD(associatedData(header, place))
  return Buffer.concat([header, nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()])
}

/** @throws {StoreError} when the value was changed, moved, or sealed under another key */
export function unseal(keys: StoreKeys, place: SealedPlace, sealed: Buffer): Buffer {
  const header = sealed.subarray(0, HEADER_LENGTH)
  try {
    if (header.readUInt8(0) !== VERSION || header.readUInt32BE(1) !== keys.keyId)
      throw new Error('unknown version or key')
    const nonce = sealed.subarray(HEADER_LENGTH, HEADER_LENGTH + NONCE_LENGTH)
    const decipher = createDecipheriv('aes-256-gcm', keys.subkey('seal'), nonce, { authTagLength: TAG_LENGTH })
    decipher.setAAD(associatedData(header, place)).setAuthTag(sealed.subarray(-TAG_LENGTH))
    const ciphertext = sealed.subarray(HEADER_LENGTH + NONCE_LENGTH, -TAG_LENGTH)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } catch (cause) {
    throw new StoreError(
      'ERR_STORE_SEAL',
      `The sealed value ${place.table}.${place.column} of ${place.row} does not open: it was changed or moved. ` +
        'Restore that row from a backup.',
      cause,
    )
  }
}

function associatedData(header: Buffer, { table, column, row }: SealedPlace): Buffer {
  return Buffer.concat([header, Buffer.from(`${table}|${column}|${row}`, 'utf8')])
}
