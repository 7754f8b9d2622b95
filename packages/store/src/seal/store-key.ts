import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto'
import { StoreError } from '../store-error.ts'

/** What a subkey is for; two purposes never share a key (design, rule 6). */
export type KeyPurpose = 'seal' | 'challenge' | 'api-token' | 'session' | 'sign-in-link' | 'audit' | 'vouched' | 'check'

export interface StoreKeys {
  /** Written into every sealed value, so that after a rotation it is known what opens it. */
  readonly keyId: number
  subkey(purpose: KeyPurpose): KeyObject
}

/** The store key as the installation row holds it. */
export interface WrappedStoreKey {
  readonly keyId: number
  readonly salt: Buffer
  readonly wrapped: Buffer
  readonly check: Buffer
}

const NONCE_LENGTH = 12
const TAG_LENGTH = 16
const KEY_LENGTH = 32
/** The secret may be a sentence somebody thought of: guessing it must cost memory and time. About 50 ms, once a start. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 }
const WRAP_CONTEXT = Buffer.from('installation|wrapped_key')
const CHECK_TEXT = 'chancery store key'

export async function newStoreKey(keySecret: Buffer): Promise<WrappedStoreKey> {
  const storeKey = randomBytes(KEY_LENGTH)
  const salt = randomBytes(16)
  const nonce = randomBytes(NONCE_LENGTH)
  const cipher = createCipheriv('aes-256-gcm', await wrappingKey(keySecret, salt), nonce).setAAD(WRAP_CONTEXT)
  const wrapped = Buffer.concat([nonce, cipher.update(storeKey), cipher.final(), cipher.getAuthTag()])
  return { keyId: 1, salt, wrapped, check: checkValue(keysOf(1, storeKey)) }
}

/** @throws {StoreError} when the secret is not the one the store was made with */
export async function unlockStoreKey(row: WrappedStoreKey, keySecret: Buffer): Promise<StoreKeys> {
  const nonce = row.wrapped.subarray(0, NONCE_LENGTH)
  const tag = row.wrapped.subarray(-TAG_LENGTH)
  const decipher = createDecipheriv('aes-256-gcm', await wrappingKey(keySecret, row.salt), nonce, {
    authTagLength: TAG_LENGTH,
  })
  decipher.setAAD(WRAP_CONTEXT).setAuthTag(tag)
  let storeKey: Buffer
  try {
    storeKey = Buffer.concat([decipher.update(row.wrapped.subarray(NONCE_LENGTH, -TAG_LENGTH)), decipher.final()])
  } catch (cause) {
    throw wrongSecret(cause)
  }
  const keys = keysOf(row.keyId, storeKey)
  if (!timingSafeEqual(checkValue(keys), row.check)) throw wrongSecret()
  return keys
}

function keysOf(keyId: number, storeKey: Buffer): StoreKeys {
  const derived = new Map<KeyPurpose, KeyObject>()
  return {
    keyId,
    subkey(purpose) {
      let key = derived.get(purpose)
      if (key === undefined) {
        key = createSecretKey(Buffer.from(hkdfSync('sha256', storeKey, '', `chancery ${purpose}`, KEY_LENGTH)))
        derived.set(purpose, key)
      }
      return key
    },
  }
}

function checkValue(keys: StoreKeys): Buffer {
  return createHmac('sha256', keys.subkey('check')).update(CHECK_TEXT).digest()
}

function wrappingKey(keySecret: Buffer, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(keySecret, salt, KEY_LENGTH, SCRYPT, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}

function wrongSecret(cause?: unknown): StoreError {
  return new StoreError(
    'ERR_STORE_KEY',
    'The key secret does not open this store: the keys in it were sealed under another one. ' +
      'Start with the CHANCERY_KEY_SECRET (or the key secret file) that the store was made with; ' +
      'without it the private keys of its CA cannot be recovered.',
    cause,
  )
}
