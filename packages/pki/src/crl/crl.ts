import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import { Element } from '../der/element.ts'
import { DEFAULT_LIMITS, type ReadLimits, readElement } from '../der/read.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { bitStringOctets, child, expectTag, integerBytes, timeValue } from '../der/value.ts'
import type { PublicKeyInfo } from '../key/public-key-info.ts'
import { type Name, parseName } from '../name/name.ts'
import { type Extension, findExtension, parseExtensions } from '../x509/extension.ts'
import { EXTENSION_OID } from '../x509/extension-oid.ts'
import { verifySigned } from '../x509/verify.ts'

/** CertificateList (RFC 5280 §5.1), version 1 or 2. */
export interface Crl {
  readonly der: Buffer
  /** What the signature covers, as received. */
  readonly tbs: Buffer
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  readonly revoked: readonly RevokedEntry[]
  readonly extensions: readonly Extension[]
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly tbsSignatureAlgorithm: AlgorithmIdentifier
  readonly signature: Buffer
}

export interface RevokedEntry {
  /** Content octets as received. */
  readonly serialNumber: Buffer
  readonly at: Date
  readonly extensions: readonly Extension[]
}

/** @throws {Asn1Error} here and never later; a long list needs wider limits than a message */
export function parseCrl(bytes: Buffer | Element, limits: ReadLimits = DEFAULT_LIMITS): Crl {
  const e = bytes instanceof Element ? bytes : readElement(bytes, limits)
  const tbs = expectTag(expectTag(e, TAG.sequence, 'CRL').children[0], TAG.sequence, 'tbsCertList')
  const fields = [...tbs.children]
  if (fields[0]?.tag === TAG.integer) fields.shift() // version, absent in version 1
  const [signature, issuer, thisUpdate, ...rest] = fields
  const nextUpdate = isTime(rest[0]) ? rest.shift() : undefined
  const revoked = rest[0]?.tag === TAG.sequence ? rest.shift() : undefined
  const tagged = rest[0]?.tag === contextTag(0, true) ? rest.shift() : undefined
  // Passed over, a list of revoked certificates in the wrong place would be none.
  if (rest.length > 0) throw new Asn1Error('tbsCertList has parts too many, or out of order')
  const extensions = tagged && child(tagged, 0, 'CRL extensions')
  return {
    der: e.bytes,
    tbs: tbs.bytes,
    tbsSignatureAlgorithm: parseAlgorithmIdentifier(expectTag(signature, TAG.sequence, 'signature'), 'signature'),
    issuer: parseName(expectTag(issuer, TAG.sequence, 'issuer')),
    thisUpdate: timeValue(thisUpdate, 'thisUpdate'),
    nextUpdate: nextUpdate && timeValue(nextUpdate, 'nextUpdate'),
    revoked: (revoked?.children ?? []).map(parseEntry),
    extensions: extensions === undefined ? [] : parseExtensions(extensions),
    signatureAlgorithm: parseAlgorithmIdentifier(child(e, 1, 'signature algorithm'), 'signature algorithm'),
    signature: bitStringOctets(e.children[2], 'signature'),
  }
}

export function verifyCrl(crl: Crl, issuerKey: PublicKeyInfo): boolean {
  if (!crl.signatureAlgorithm.der.equals(crl.tbsSignatureAlgorithm.der)) return false // RFC 5280 §5.1.1.2
  return verifySigned(crl.tbs, crl.signatureAlgorithm, crl.signature, issuerKey)
}

/** cRLNumber (RFC 5280 §5.2.3); undefined when there is none. @throws {Asn1Error} when malformed */
export function crlNumber(crl: Crl): bigint | undefined {
  const extension = findExtension(crl, EXTENSION_OID.cRLNumber)
  if (extension === undefined) return undefined
  return BigInt(`0x${integerBytes(readElement(extension.value), 'cRLNumber').toString('hex')}`)
}

/** reasonCode of an entry (RFC 5280 §5.3.1). @throws {Asn1Error} when malformed */
export function revocationReason(entry: RevokedEntry): number | undefined {
  const extension = findExtension(entry, EXTENSION_OID.cRLReason)
  return extension && expectTag(readElement(extension.value), ENUMERATED, 'reasonCode').content[0]
}

function parseEntry(e: Element): RevokedEntry {
  expectTag(e, TAG.sequence, 'revoked certificate')
  return {
    serialNumber: integerBytes(e.children[0], 'serial number'),
    at: timeValue(e.children[1], 'revocation date'),
    extensions: e.children[2] === undefined ? [] : parseExtensions(e.children[2]),
  }
}

function isTime(e: Element | undefined): boolean {
  return e?.tag === TAG.utcTime || e?.tag === TAG.generalizedTime
}

const ENUMERATED = 0x0a
