import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto'
import { der } from '@chancery/pki'
import { algorithm } from './raw-certificate.ts'
import { contentInfo } from './raw-message.ts'

export interface RawPasswordOptions {
  readonly content: Buffer
  readonly password: string
  /** PBKDF2-params; salt of 8 octets, 1000 rounds and nothing else if left out. */
  readonly derivation?: readonly Buffer[]
  /** keyDerivationAlgorithm under its tag; null leaves it out. */
  readonly keyDerivation?: Buffer | null
  readonly keyEncryption?: (usual: Buffer) => Buffer
  readonly encryptedKey?: (right: Buffer) => Buffer
  readonly contentKey?: Buffer
}

const SALT = Buffer.alloc(8, 0x5a)
const AES = '2.16.840.1.101.3.4.1.2'
const PBKDF2 = '1.2.840.113549.1.5.12'
const PWRI_KEK = '1.2.840.113549.1.9.16.3.9'

/** ContentInfo with EnvelopedData under a password, AES-128, as OpenSSL writes it (RFC 5652 §6.2.4, RFC 3211). */
export function rawPasswordEnvelope(options: RawPasswordOptions): Buffer {
  const contentKey = options.contentKey ?? randomBytes(16)
  const [kekIv, iv] = [randomBytes(16), randomBytes(16)]
  const kek = pbkdf2Sync(Buffer.from(options.password), SALT, 1000, 16, 'sha1')
  const parameters = options.derivation ?? [der.octetString(SALT), der.integer(1000)]
  const derivation = options.keyDerivation ?? der.encode(0xa0, der.oid(PBKDF2), der.sequence(...parameters))
  const keyEncryption = algorithm(PWRI_KEK, algorithm(AES, der.octetString(kekIv)))
  const right = wrap(kek, kekIv, contentKey)
  const recipient = der.encode(
    0xa3,
    der.integer(0),
    ...(options.keyDerivation === null ? [] : [derivation]),
    options.keyEncryption?.(keyEncryption) ?? keyEncryption,
    der.octetString(options.encryptedKey?.(right) ?? right),
  )
  const cipher = createCipheriv('aes-128-cbc', contentKey, iv)
  const encrypted = Buffer.concat([cipher.update(options.content), cipher.final()])
  const content = der.sequence(
    der.oid('1.2.840.113549.1.7.1'),
    algorithm(AES, der.octetString(iv)),
    der.implicit(0, der.octetString(encrypted)),
  )
  return contentInfo('1.2.840.113549.1.7.3', der.sequence(der.integer(3), der.set(recipient), content))
}

/** RFC 3211 §2.3.1: length, three check octets, the key, padding; encrypted twice, the second time from the last block. */
function wrap(kek: Buffer, iv: Buffer, key: Buffer): Buffer {
  const check = Buffer.from([...key.subarray(0, 3)].map((octet) => octet ^ 0xff))
  const block = Buffer.concat([Buffer.from([key.length]), check, key, randomBytes(12)])
  const once = encrypt(kek, iv, block)
  return encrypt(kek, once.subarray(-16), once)
}

function encrypt(kek: Buffer, iv: Buffer, blocks: Buffer): Buffer {
  return createCipheriv('aes-128-cbc', kek, iv).setAutoPadding(false).update(blocks)
}
