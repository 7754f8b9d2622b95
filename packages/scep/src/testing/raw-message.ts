import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { der } from '@chancery/pki'
import { algorithm, NULL_PARAMETERS, type RawIdentity, rawSign, sha } from './raw-certificate.ts'

const DATA = '1.2.840.113549.1.7.1'
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const ENVELOPED_DATA = '1.2.840.113549.1.7.3'

export const CIPHERS = {
  'des-cbc': { oid: '1.3.14.3.2.7', node: 'des-ede3-cbc', key: 8, iv: 8 },
  'des-ede3-cbc': { oid: '1.2.840.113549.3.7', node: 'des-ede3-cbc', key: 24, iv: 8 },
  'aes-128-cbc': { oid: '2.16.840.1.101.3.4.1.2', node: 'aes-128-cbc', key: 16, iv: 16 },
  'aes-192-cbc': { oid: '2.16.840.1.101.3.4.1.22', node: 'aes-192-cbc', key: 24, iv: 16 },
  'aes-256-cbc': { oid: '2.16.840.1.101.3.4.1.42', node: 'aes-256-cbc', key: 32, iv: 16 },
} as const

export interface RawEnvelopeOptions {
  readonly content: Buffer
  readonly recipient: RawIdentity
  readonly cipher?: keyof typeof CIPHERS
  readonly contentKey?: Buffer
  readonly encryptedKey?: Buffer
  readonly oaep?: boolean
  readonly keyEncryption?: Buffer
  /** Whole identifier, DER. */
  readonly rid?: Buffer
  readonly recipientInfos?: (ours: Buffer) => Buffer[]
  readonly contentEncryption?: (iv: Buffer) => Buffer
  readonly encryptedContent?: (right: Buffer) => Buffer | undefined
  readonly contentType?: string
  readonly contentInfo?: (enveloped: Buffer) => Buffer
  readonly rest?: readonly Buffer[]
}

export const issuerAndSerial = ({ issuer, serial }: RawIdentity): Buffer => der.sequence(issuer, der.integer(serial))

/** ContentInfo with EnvelopedData. */
export function rawEnvelope(options: RawEnvelopeOptions): Buffer {
  const cipher = CIPHERS[options.cipher ?? 'aes-128-cbc']
  const contentKey = options.contentKey ?? randomBytes(cipher.key)
  const iv = randomBytes(cipher.iv)
  const key = cipher.key === 8 ? Buffer.concat([contentKey, contentKey, contentKey]) : contentKey
  const encryption = createCipheriv(cipher.node, padKey(key, cipher.key === 8 ? 24 : cipher.key), iv)
  const right = Buffer.concat([encryption.update(options.content), encryption.final()])
  const encrypted =
    options.encryptedContent === undefined ? der.implicit(0, der.octetString(right)) : options.encryptedContent(right)
  const ours = der.sequence(
    der.integer(0),
    options.rid ?? issuerAndSerial(options.recipient),
    options.keyEncryption ?? keyEncryption(options.oaep),
    der.octetString(options.encryptedKey ?? wrap(options.recipient, contentKey, options.oaep)),
  )
  const enveloped = der.sequence(
    der.integer(0),
    der.set(...(options.recipientInfos?.(ours) ?? [ours])),
    der.sequence(
      der.oid(options.contentType ?? DATA),
      options.contentEncryption?.(iv) ?? algorithm(cipher.oid, der.octetString(iv)),
      ...(encrypted === undefined ? [] : [encrypted]),
    ),
    ...(options.rest ?? []),
  )
  return options.contentInfo?.(enveloped) ?? contentInfo(ENVELOPED_DATA, enveloped)
}

/** A key of a wrong length still has to encrypt something. */
function padKey(key: Buffer, length: number): Buffer {
  return Buffer.concat([key, Buffer.alloc(length)]).subarray(0, length)
}

const keyEncryption = (oaep = false): Buffer =>
  oaep ? algorithm('1.2.840.113549.1.1.7', der.sequence()) : algorithm('1.2.840.113549.1.1.1', NULL_PARAMETERS)

export function wrap(recipient: RawIdentity, contentKey: Buffer, oaep = false): Buffer {
  const key = createPublicKey({ key: recipient.spki, format: 'der', type: 'spki' })
  const padding = oaep ? constants.RSA_PKCS1_OAEP_PADDING : constants.RSA_PKCS1_PADDING
  return publicEncrypt({ key, padding }, contentKey)
}

export const contentInfo = (oid: string, content: Buffer): Buffer =>
  der.sequence(der.oid(oid), der.explicit(0, content))

export const DIGEST_OIDS: Record<string, string> = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
}

export const attribute = (oid: string, ...values: Buffer[]): Buffer => der.sequence(der.oid(oid), der.set(...values))

/** Attributes of a request as most clients send them; a key set to null leaves the attribute out. */
export function requestAttributes(
  changes: { messageType?: Buffer[] | null; transactionId?: Buffer[] | null; senderNonce?: Buffer[] | null } = {},
): Buffer[] {
  const { messageType, transactionId, senderNonce } = changes
  const list: Buffer[] = []
  const add = (number: number, values: Buffer[] | null | undefined, usual: Buffer) => {
    if (values !== null) list.push(attribute(`2.16.840.1.113733.1.9.${number}`, ...(values ?? [usual])))
  }
  add(2, messageType, der.printableString('19'))
  add(7, transactionId, der.printableString('7XXEY-ERLPU-2JDR9'))
  add(5, senderNonce, der.octetString(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')))
  return list
}

export interface RawSignedOptions {
  readonly eContent?: Buffer | undefined
  readonly eContentType?: string
  /** The eContent as an element; a primitive OCTET STRING if left out. */
  readonly wrapContent?: (eContent: Buffer) => Buffer
  readonly signer: RawIdentity
  readonly digest?: string
  readonly digestAlgorithm?: Buffer
  readonly signatureAlgorithm?: Buffer
  /** SCEP attributes; contentType and messageDigest are added. */
  readonly attributes?: readonly Buffer[]
  readonly contentTypeAttribute?: Buffer | null
  readonly messageDigest?: Buffer
  /** Order on the wire; DER order if left out. */
  readonly order?: (sorted: Buffer[]) => Buffer[]
  readonly signOver?: 'wire' | 'sorted' | 'a0'
  readonly sign?: (data: Buffer) => Buffer
  readonly sid?: Buffer
  readonly certificates?: readonly Buffer[]
  readonly version?: number
  readonly signerVersion?: number
  readonly unsigned?: readonly Buffer[]
  readonly signedAttributes?: 'absent'
  readonly signerInfos?: (ours: Buffer) => Buffer[]
  readonly digestAlgorithms?: readonly Buffer[]
}

/** ContentInfo with SignedData. */
export function rawSigned(options: RawSignedOptions): Buffer {
  const digest = options.digest ?? 'sha256'
  const eContent = options.eContent
  const type = options.eContentType ?? DATA
  const digestAlgorithm = options.digestAlgorithm ?? algorithm(DIGEST_OIDS[digest] as string)
  const contentType =
    options.contentTypeAttribute === undefined
      ? attribute('1.2.840.113549.1.9.3', der.oid(type))
      : options.contentTypeAttribute
  const sorted = [
    ...(contentType === null ? [] : [contentType]),
    attribute(
      '1.2.840.113549.1.9.4',
      der.octetString(options.messageDigest ?? sha(digest, eContent ?? Buffer.alloc(0))),
    ),
    ...(options.attributes ?? requestAttributes()),
  ].sort(Buffer.compare)
  const wire = options.order?.([...sorted]) ?? sorted
  const signed = der.set(...(options.signOver === 'sorted' ? sorted : wire))
  if (options.signOver === 'a0') signed[0] = 0xa0
  const data = options.signedAttributes === 'absent' ? (eContent ?? Buffer.alloc(0)) : signed
  const signature = options.sign?.(data) ?? rawSign(options.signer.privateKey, digest, data)
  const ours = der.sequence(
    der.integer(options.signerVersion ?? 1),
    options.sid ?? issuerAndSerial(options.signer),
    digestAlgorithm,
    ...(options.signedAttributes === 'absent' ? [] : [der.implicit(0, der.set(...wire))]),
    options.signatureAlgorithm ?? defaultSignatureAlgorithm(options.signer),
    der.octetString(signature),
    ...(options.unsigned === undefined ? [] : [der.implicit(1, der.set(...options.unsigned))]),
  )
  const content = eContent === undefined ? [] : [der.explicit(0, (options.wrapContent ?? der.octetString)(eContent))]
  const certificates = options.certificates ?? [options.signer.certificate]
  return contentInfo(
    SIGNED_DATA,
    der.sequence(
      der.integer(options.version ?? 1),
      der.set(...(options.digestAlgorithms ?? [digestAlgorithm])),
      der.sequence(der.oid(type), ...content),
      ...(certificates.length === 0 ? [] : [der.implicit(0, der.set(...certificates))]),
      der.set(...(options.signerInfos?.(ours) ?? [ours])),
    ),
  )
}

function defaultSignatureAlgorithm({ privateKey }: RawIdentity): Buffer {
  if (privateKey.asymmetricKeyType === 'ec') return algorithm('1.2.840.10045.4.3.2')
  if (privateKey.asymmetricKeyType === 'ed25519') return algorithm('1.3.101.112')
  return algorithm('1.2.840.113549.1.1.1', NULL_PARAMETERS)
}
