import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto'
import { der } from '@chancery/pki'
import type { PasswordSource } from '../request/password-source.ts'
import { Secret } from '../secret.ts'
import { algorithm } from './raw-certificate.ts'
import { contentInfo } from './raw-message.ts'

export interface RawPasswordOptions {
  readonly content: Buffer
  readonly password: string
  readonly iterations?: number
  /** Of PBKDF2; without one, its default. */
  readonly prf?: Buffer
  readonly nodePrf?: string
  readonly keyLength?: number
  readonly salt?: Buffer
  readonly derivation?: null
  /** Identifier of what wraps the content key, DER. */
  readonly keyEncryption?: (right: Buffer) => Buffer
  readonly wrapped?: (right: Buffer) => Buffer
  readonly version?: number
}

const AES_128 = '2.16.840.1.101.3.4.1.2'

/** ContentInfo with EnvelopedData for one PasswordRecipientInfo, by hand: AES-128, as OpenSSL writes it if nothing is given. */
export function rawPasswordEnvelope(options: RawPasswordOptions): Buffer {
  const { content, password, iterations = 2048, salt = randomBytes(8), nodePrf = 'sha1' } = options
  const [contentKey, iv, kekIv] = [randomBytes(16), randomBytes(16), randomBytes(16)]
  // What exceeds any limit is never derived, neither here nor there.
  const kek = pbkdf2Sync(password, salt, Math.min(iterations, 100_000), 16, nodePrf)
  const parameters = der.sequence(
    der.octetString(salt),
    der.integer(iterations),
    ...(options.keyLength === undefined ? [] : [der.integer(options.keyLength)]),
    ...(options.prf === undefined ? [] : [options.prf]),
  )
  const derivation = der.encode(0xa0, der.oid('1.2.840.113549.1.5.12'), parameters)
  const keyEncryption = algorithm('1.2.840.113549.1.9.16.3.9', algorithm(AES_128, der.octetString(kekIv)))
  const wrapped = wrap(kek, kekIv, contentKey)
  const recipient = der.encode(
    0xa3,
    der.integer(0),
    ...(options.derivation === null ? [] : [derivation]),
    options.keyEncryption?.(keyEncryption) ?? keyEncryption,
    der.octetString(options.wrapped?.(wrapped) ?? wrapped),
  )
  const encrypted = cbc(contentKey, iv, content, true)
  return contentInfo(
    '1.2.840.113549.1.7.3',
    der.sequence(
      der.integer(options.version ?? 3),
      der.set(recipient),
      der.sequence(
        der.oid('1.2.840.113549.1.7.1'),
        algorithm(AES_128, der.octetString(iv)),
        der.implicit(0, der.octetString(encrypted)),
      ),
    ),
  )
}

/** RFC 3211 §2.3.1. */
function wrap(kek: Buffer, iv: Buffer, key: Buffer): Buffer {
  const block = Buffer.concat([Buffer.from([key.length]), key.subarray(0, 3).map((octet) => octet ^ 0xff), key])
  const padded = Buffer.concat([block, randomBytes(32 - block.length)])
  const once = cbc(kek, iv, padded, false)
  return cbc(kek, once.subarray(-16), once, false)
}

function cbc(key: Buffer, iv: Buffer, data: Buffer, padding: boolean): Buffer {
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(padding)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

/** Candidates of an endpoint, and how many were derived. */
export function passwordSource(candidates: readonly string[]): PasswordSource & { derived: number } {
  const source = {
    derived: 0,
    candidates: async () => candidates.map((text) => new Secret(text)),
    turn: <T>(work: () => Promise<T>): Promise<T> => {
      source.derived++
      return work()
    },
  }
  return source
}
