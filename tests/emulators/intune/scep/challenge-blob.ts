import {
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'

/** version(1) ‖ keyId(8) ‖ iv(12) ‖ tag(16) ‖ ciphertext ‖ Ed25519 signature(64) over all of it. */
const VERSION = 1
const KEY_ID = 8
const IV = 12
const TAG = 16
const SIGNATURE = 64
const OVERHEAD = 1 + KEY_ID + IV + TAG + SIGNATURE

export type OpenedBlob = { readonly plain: Buffer } | { readonly fault: 'signature' | 'decryption' }

/** Encrypts and signs what only the service itself has to read. */
export class ChallengeSealer {
  readonly #keyId = randomBytes(KEY_ID)
  readonly #key = randomBytes(32)
  readonly #signing: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } = generateKeyPairSync('ed25519')

  /** `foreign`: under a key that this service does not have, as of another scale unit. */
  seal(plain: Buffer, foreign = false): Buffer {
    const [keyId, key] = foreign ? [randomBytes(KEY_ID), randomBytes(32)] : [this.#keyId, this.#key]
    const iv = randomBytes(IV)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
    const signed = Buffer.concat([Buffer.of(VERSION), keyId, iv, cipher.getAuthTag(), ciphertext])
    return Buffer.concat([signed, sign(null, signed, this.#signing.privateKey)])
  }

  open(blob: Buffer): OpenedBlob {
    if (blob.length < OVERHEAD) return { fault: 'signature' }
    const signed = blob.subarray(0, -SIGNATURE)
    if (!verify(null, signed, this.#signing.publicKey, blob.subarray(-SIGNATURE))) return { fault: 'signature' }
    const [, keyId, iv, tag, ciphertext] = cut(signed, [1, KEY_ID, IV, TAG])
    if (!keyId?.equals(this.#keyId) || !iv || !tag || !ciphertext) return { fault: 'decryption' }
    const decipher = createDecipheriv('aes-256-gcm', this.#key, iv)
    decipher.setAuthTag(tag)
    return { plain: Buffer.concat([decipher.update(ciphertext), decipher.final()]) }
  }
}

/** Octets of JSON that make a challenge of so many characters: Base64 writes four for three. */
export const plainLength = (characters: number): number => Math.max(0, Math.floor(characters / 4) * 3 - OVERHEAD)

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const ends = lengths.map((_, index) => lengths.slice(0, index + 1).reduce((sum, one) => sum + one, 0))
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}
