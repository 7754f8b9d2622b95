import { hash } from 'node:crypto'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import { Element } from '../der/element.ts'
import { DEFAULT_LIMITS, type ReadLimits, readElement } from '../der/read.ts'
import { CONSTRUCTED, contextTag, TAG } from '../der/tag.ts'
import { bitStringOctets, child, expectTag, integerBytes, timeValue } from '../der/value.ts'
import { type PublicKeyInfo, parsePublicKeyInfo } from '../key/public-key-info.ts'
import { type Name, parseName } from '../name/name.ts'
import { type Extension, parseExtensions } from './extension.ts'

/** X.509 certificate, version 1 to 3, over the bytes it was received in. */
export interface Certificate {
  readonly der: Buffer
  /** What the signature covers, as received. */
  readonly tbs: Buffer
  readonly version: 1 | 2 | 3
  /** Content octets of the INTEGER as received: devices write zero, negative and 32-octet ones. */
  readonly serialNumber: Buffer
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: PublicKeyInfo
  readonly extensions: readonly Extension[]
  readonly signatureAlgorithm: AlgorithmIdentifier
  /** The identifier inside the signed part, which must be the same (RFC 5280 §4.1.1.2). */
  readonly tbsSignatureAlgorithm: AlgorithmIdentifier
  readonly signature: Buffer
  /** SHA-256 of `der`. */
  digest(): Buffer
}

/**
 * Lenient about everything that is only unusual: nothing but the key of a self-signed signer is trusted.
 * @throws {Asn1Error} here and never later
 */
export function parseCertificate(bytes: Buffer | Element, limits: ReadLimits = DEFAULT_LIMITS): Certificate {
  return new ParsedCertificate(bytes instanceof Element ? bytes : readElement(bytes, limits))
}

class ParsedCertificate implements Certificate {
  readonly der: Buffer
  readonly tbs: Buffer
  readonly version: 1 | 2 | 3
  readonly serialNumber: Buffer
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: PublicKeyInfo
  readonly extensions: readonly Extension[]
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly tbsSignatureAlgorithm: AlgorithmIdentifier
  readonly signature: Buffer
  #digest: Buffer | undefined

  constructor(e: Element) {
    expectTag(e, TAG.sequence, 'certificate')
    const tbs = expectTag(e.children[0], TAG.sequence, 'tbsCertificate')
    const versioned = tbs.children[0]?.tag === VERSION_TAG
    const at = versioned ? 1 : 0
    const validity = expectTag(tbs.children[at + 3], TAG.sequence, 'validity')
    this.der = e.bytes
    this.tbs = tbs.bytes
    this.version = versioned ? versionOf(tbs.children[0] as Element) : 1
    this.serialNumber = integerBytes(tbs.children[at], 'serial number')
    this.tbsSignatureAlgorithm = parseAlgorithmIdentifier(child(tbs, at + 1, 'signature'), 'signature')
    this.issuer = parseName(child(tbs, at + 2, 'issuer'))
    this.notBefore = timeValue(validity.children[0], 'notBefore')
    this.notAfter = timeValue(validity.children[1], 'notAfter')
    this.subject = parseName(child(tbs, at + 4, 'subject'))
    this.publicKey = parsePublicKeyInfo(child(tbs, at + 5, 'public key'))
    this.extensions = extensionsOf(tbs, at + 6)
    this.signatureAlgorithm = parseAlgorithmIdentifier(child(e, 1, 'signature algorithm'), 'signature algorithm')
    this.signature = bitStringOctets(e.children[2], 'signature')
  }

  digest(): Buffer {
    this.#digest ??= hash('sha256', this.der, 'buffer')
    return this.#digest
  }
}

const VERSION_TAG = contextTag(0, true)
const EXTENSIONS_TAG = contextTag(3, true)
/** issuerUniqueID and subjectUniqueID of version 2. */
const UNIQUE_IDENTIFIERS: ReadonlySet<number> = new Set([contextTag(1, false), contextTag(2, false)])
const NONE: readonly Extension[] = []

/** A version nobody has defined is read by structure, like version 3. */
function versionOf(field: Element): 1 | 2 | 3 {
  const content = integerBytes(field.children[0], 'version')
  const value = content.length === 1 ? content[0] : undefined
  return value === 0 ? 1 : value === 1 ? 2 : 3
}

/** What may follow the public key (RFC 5280 §4.1). Extensions under another tag would pass for none. */
function extensionsOf(tbs: Element, from: number): readonly Extension[] {
  let extensions: Element | undefined
  for (const field of tbs.children.slice(from)) {
    const known = field.tag === EXTENSIONS_TAG || UNIQUE_IDENTIFIERS.has(field.tag & ~CONSTRUCTED)
    if (!known || extensions !== undefined) throw new Asn1Error('tbsCertificate has parts too many')
    if (field.tag === EXTENSIONS_TAG) extensions = field
  }
  return extensions === undefined ? NONE : parseExtensions(child(extensions, 0, 'extensions'))
}
