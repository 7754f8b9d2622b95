import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { der } from '@chancery/pki'

/** Messages for tests, written octet by octet: nothing here uses the code under test but its DER writer. */

export interface RawIdentity {
  readonly certificate: Buffer
  readonly privateKey: KeyObject
  readonly spki: Buffer
  readonly issuer: Buffer
  /** Content octets. */
  readonly serial: Buffer
}

export interface RawCertificateOptions {
  readonly subject?: Buffer
  readonly issuer?: Buffer
  readonly serial?: Buffer
  readonly privateKey?: KeyObject
  readonly issuerKey?: KeyObject
  readonly digest?: string
  readonly version?: 1 | 3
  readonly extensions?: readonly Buffer[]
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly signature?: (right: Buffer) => Buffer
}

export const rsaKey = (modulusLength = 2048): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent: 65537 }).privateKey

export const ecKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** CN=text as an UTF8String. */
export const commonName = (text: string, string = der.utf8String): Buffer =>
  der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), string(text))))

export const NULL_PARAMETERS = der.nullValue()

export const algorithm = (oid: string, ...parameters: Buffer[]): Buffer => der.sequence(der.oid(oid), ...parameters)

const RSA_SIGNATURE: Record<string, string> = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha224: '1.2.840.113549.1.1.14',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
}

export function signatureAlgorithm(key: KeyObject, digest: string): Buffer {
  if (key.asymmetricKeyType === 'ec') return algorithm('1.2.840.10045.4.3.2')
  if (key.asymmetricKeyType === 'ed25519') return algorithm('1.3.101.112')
  return algorithm(RSA_SIGNATURE[digest] as string, NULL_PARAMETERS)
}

export function rawSign(key: KeyObject, digest: string, data: Buffer): Buffer {
  return key.asymmetricKeyType === 'ed25519' ? sign(null, data, key) : sign(digest, data, key)
}

export const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ format: 'der', type: 'spki' })

export const extension = (oid: string, critical: boolean, content: Buffer): Buffer =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(content))

/** keyUsage of the named bits of RFC 5280 §4.2.1.3: 0 digitalSignature, 2 keyEncipherment, 5 keyCertSign. */
export const keyUsageExtension = (...bits: number[]): Buffer => extension('2.5.29.15', true, der.namedBits(bits))

export const caExtension = (): Buffer => extension('2.5.29.19', true, der.sequence(der.boolean(true)))

/** Self-signed unless `issuerKey` is given. */
export function rawCertificate(options: RawCertificateOptions = {}): RawIdentity {
  const privateKey = options.privateKey ?? rsaKey()
  const subject = options.subject ?? commonName('device1')
  const issuer = options.issuer ?? subject
  const serial = options.serial ?? Buffer.from([0x2a])
  const digest = options.digest ?? 'sha256'
  const signer = options.issuerKey ?? privateKey
  const spki = spkiOf(privateKey)
  const id = signatureAlgorithm(signer, digest)
  const notBefore = options.notBefore ?? new Date('2026-01-01T00:00:00Z')
  const notAfter = options.notAfter ?? new Date('2027-01-01T00:00:00Z')
  const version3 = (options.version ?? 3) === 3
  const extensions = options.extensions ?? []
  const tbs = der.sequence(
    ...(version3 ? [der.explicit(0, der.integer(2))] : []),
    der.integer(serial),
    id,
    issuer,
    der.sequence(der.time(notBefore), der.time(notAfter)),
    subject,
    spki,
    ...(version3 && extensions.length > 0 ? [der.explicit(3, der.sequence(...extensions))] : []),
  )
  const right = rawSign(signer, digest, tbs)
  const certificate = der.sequence(tbs, id, der.bitString(options.signature?.(right) ?? right))
  return { certificate, privateKey, spki, issuer, serial }
}

export interface RawCsrOptions {
  readonly subject?: Buffer
  readonly privateKey: KeyObject
  readonly digest?: string
  /** Attribute DER; a challenge `secret` if left out. */
  readonly attributes?: readonly Buffer[]
  readonly signatureAlgorithm?: Buffer
  readonly signature?: (right: Buffer) => Buffer
}

export const challengeAttribute = (...values: Buffer[]): Buffer =>
  der.sequence(der.oid('1.2.840.113549.1.9.7'), der.set(...values))

export function rawCsr(options: RawCsrOptions): Buffer {
  const digest = options.digest ?? 'sha256'
  const attributes = options.attributes ?? [challengeAttribute(der.printableString('secret'))]
  const info = der.sequence(
    der.integer(0),
    options.subject ?? commonName('device1'),
    spkiOf(options.privateKey),
    der.setOf(attributes, 0xa0),
  )
  const right = rawSign(options.privateKey, digest, info)
  const id = options.signatureAlgorithm ?? signatureAlgorithm(options.privateKey, digest)
  return der.sequence(info, id, der.bitString(options.signature?.(right) ?? right))
}

export const sha = (digest: string, data: Buffer): Buffer => createHash(digest).update(data).digest()
