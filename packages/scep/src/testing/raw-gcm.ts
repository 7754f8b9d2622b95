import { createCipheriv, randomBytes } from 'node:crypto'
import { der } from '@chancery/pki'
import { algorithm, NULL_PARAMETERS, type RawIdentity } from './raw-certificate.ts'
import { contentInfo, issuerAndSerial, wrap } from './raw-message.ts'

const DATA = '1.2.840.113549.1.7.1'
const OIDS = {
  128: '2.16.840.1.101.3.4.1.6',
  192: '2.16.840.1.101.3.4.1.26',
  256: '2.16.840.1.101.3.4.1.46',
} as const

export interface RawGcmOptions {
  readonly content: Buffer
  readonly recipient: RawIdentity
  readonly bits?: keyof typeof OIDS
  readonly encryptedKey?: Buffer
  /** What becomes of the tag. */
  readonly tag?: (right: Buffer) => Buffer
}

/** An EnvelopedData as the pkcs7 libraries in Go write it for AES-GCM, odd parameters and all. */
export function goGcmEnvelope(options: RawGcmOptions): Buffer {
  const { nonce, encrypted, tag, recipientInfos, oid } = encrypt(options)
  const parameters = der.sequence(der.implicit(4, der.octetString(nonce)), der.integer(16))
  const identifier = algorithm(oid, der.encode(0x10, parameters))
  const content = der.explicit(0, der.octetString(Buffer.concat([encrypted, tag])))
  const enveloped = der.sequence(der.integer(0), recipientInfos, der.sequence(der.oid(DATA), identifier, content))
  return contentInfo('1.2.840.113549.1.7.3', enveloped)
}

/** An AuthEnvelopedData as `openssl cms -encrypt -aes-256-gcm` writes it. */
export function authEnvelope(options: RawGcmOptions): Buffer {
  const { nonce, encrypted, tag, recipientInfos, oid } = encrypt(options)
  const identifier = algorithm(oid, der.sequence(der.octetString(nonce), der.integer(16)))
  const content = der.sequence(der.oid(DATA), identifier, der.implicit(0, der.octetString(encrypted)))
  const enveloped = der.sequence(der.integer(0), recipientInfos, content, der.octetString(tag))
  return contentInfo('1.2.840.113549.1.9.16.1.23', enveloped)
}

function encrypt({ content, recipient, bits = 256, encryptedKey, tag = (right) => right }: RawGcmOptions) {
  const contentKey = randomBytes(bits / 8)
  const nonce = randomBytes(12)
  const cipher = createCipheriv(`aes-${bits}-gcm`, contentKey, nonce)
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()])
  const recipientInfo = der.sequence(
    der.integer(0),
    issuerAndSerial(recipient),
    algorithm('1.2.840.113549.1.1.1', NULL_PARAMETERS),
    der.octetString(encryptedKey ?? wrap(recipient, contentKey)),
  )
  return { nonce, encrypted, tag: tag(cipher.getAuthTag()), recipientInfos: der.set(recipientInfo), oid: OIDS[bits] }
}
