import { Asn1Error } from './asn1-error.ts'
import type { Element } from './element.ts'
import { CONSTRUCTED, TAG } from './tag.ts'

/** The element at an index of a structure, or an error that names what is missing. */
export function child(parent: Element, index: number, what: string): Element {
  const found = parent.children[index]
  if (found === undefined) throw new Asn1Error(`${what} is missing`)
  return found
}

/** Passes an element through when it has the tag, refuses it otherwise. */
export function expectTag(element: Element | undefined, tag: number, what: string): Element {
  if (element === undefined) throw new Asn1Error(`${what} is missing`)
  if (element.tag !== tag) throw new Asn1Error(`${what} has tag ${element.tag}, expected ${tag}`)
  return element
}

/** Content octets of an INTEGER, two's complement, as received: serial numbers are copied, never normalised. */
export function integerBytes(element: Element | undefined, what: string): Buffer {
  const { content } = expectTag(element, TAG.integer, what)
  if (content.length === 0) throw new Asn1Error(`${what} is empty`)
  return content
}

/** A small non-negative INTEGER, for versions and counts: at most six octets. */
export function smallInteger(element: Element | undefined, what: string): number {
  const content = integerBytes(element, what)
  if (content.length > 6 || (content[0] as number) >= 0x80) throw new Asn1Error(`${what} is out of range`)
  return content.readUIntBE(0, content.length)
}

export function booleanValue(element: Element | undefined, what: string): boolean {
  const { content } = expectTag(element, TAG.boolean, what)
  if (content.length !== 1) throw new Asn1Error(`${what} is not one octet`)
  return content[0] !== 0
}

/** Dotted form of an OBJECT IDENTIFIER. The reader has limited its length. */
export function oidValue(element: Element | undefined, what: string): string {
  return oidText(expectTag(element, TAG.oid, what).content, what)
}

/** Dotted form of the content octets of an OBJECT IDENTIFIER (X.690 §8.19). */
export function oidText(content: Buffer, what: string): string {
  const key = content.toString('latin1')
  const known = oidTexts.get(key)
  if (known !== undefined) return known
  const text = decodeOid(content, what)
  if (oidTexts.size < 500) oidTexts.set(key, text)
  return text
}

const oidTexts = new Map<string, string>()

function decodeOid(content: Buffer, what: string): string {
  if (content.length === 0 || (content[content.length - 1] as number) >= 0x80)
    throw new Asn1Error(`${what} is malformed`)
  const arcs: string[] = []
  let arc = 0n
  for (const octet of content) {
    arc = (arc << 7n) | BigInt(octet & 0x7f)
    if (octet >= 0x80) continue
    if (arcs.length === 0) {
      const root = arc < 40n ? 0n : arc < 80n ? 1n : 2n
      arcs.push(root.toString(), (arc - root * 40n).toString())
    } else arcs.push(arc.toString())
    arc = 0n
  }
  return arcs.join('.')
}

/**
 * Value of an OCTET STRING, primitive or made of segments (BER, X.690 §8.7), under its universal tag or an IMPLICIT one.
 * @param tag the primitive identifier octet expected; the constructed form of it is accepted too
 */
export function octets(element: Element | undefined, what: string, tag: number = TAG.octetString): Buffer {
  if (element === undefined) throw new Asn1Error(`${what} is missing`)
  if (element.tag === tag) return element.content
  if (element.tag !== (tag | CONSTRUCTED)) throw new Asn1Error(`${what} has tag ${element.tag}, expected ${tag}`)
  const segments: Buffer[] = []
  collectSegments(element, segments, what)
  return segments.length === 1 ? (segments[0] as Buffer) : Buffer.concat(segments)
}

function collectSegments(element: Element, into: Buffer[], what: string): void {
  for (const segment of element.children) {
    if (segment.tag === TAG.octetString) into.push(segment.content)
    else if (segment.tag === (TAG.octetString | CONSTRUCTED)) collectSegments(segment, into, what)
    else throw new Asn1Error(`${what} has a segment with tag ${segment.tag}`)
  }
}

/** Octets of a BIT STRING whose length is a whole number of octets: keys and signatures. */
export function bitStringOctets(element: Element | undefined, what: string): Buffer {
  const { bytes, unused } = bitStringValue(element, what)
  if (unused !== 0) throw new Asn1Error(`${what} is not a whole number of octets`)
  return bytes
}

/** BIT STRING, primitive or made of segments, of which only the last may have unused bits (BER, X.690 §8.6.4). */
export function bitStringValue(element: Element | undefined, what: string): { bytes: Buffer; unused: number } {
  if (element?.tag === (TAG.bitString | CONSTRUCTED)) return joinedBitString(element, what)
  const { content } = expectTag(element, TAG.bitString, what)
  const unused = content[0]
  if (unused === undefined || unused > 7 || (content.length === 1 && unused !== 0))
    throw new Asn1Error(`${what} is malformed`)
  return { bytes: content.subarray(1), unused }
}

function joinedBitString(element: Element, what: string): { bytes: Buffer; unused: number } {
  const segments = element.children.map((segment) => bitStringValue(segment, what))
  const unused = segments.at(-1)?.unused ?? 0
  if (segments.slice(0, -1).some((segment) => segment.unused !== 0)) throw new Asn1Error(`${what} is malformed`)
  return { bytes: Buffer.concat(segments.map((segment) => segment.bytes)), unused }
}

/**
 * UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5). Devices also write, as BER allows, UTCTime without seconds, fractions
 * of a second and an offset instead of Z; the fraction is dropped.
 */
export function timeValue(element: Element | undefined, what: string): Date {
  if (element === undefined) throw new Asn1Error(`${what} is missing`)
  const { tag, content } = element
  if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) throw new Asn1Error(`${what} is not a time`)
  const isUtc = tag === TAG.utcTime
  const at = isUtc ? 2 : 4
  const year = isUtc ? century(digits(content, 0)) : digits(content, 0) * 100 + digits(content, 2)
  const month = digits(content, at)
  const day = digits(content, at + 2)
  const hour = digits(content, at + 4)
  const minute = digits(content, at + 6)
  const seconds = digits(content, at + 8)
  const hasSeconds = !Number.isNaN(seconds)
  const offset = zoneOffset(content, hasSeconds ? at + 10 : at + 8, !isUtc)
  if (!hasSeconds && !isUtc) throw new Asn1Error(`${what} is not a time`)
  const time = Date.UTC(year, month - 1, day, hour, minute, hasSeconds ? seconds : 0)
  const date = new Date(year < 100 ? Number.NaN : time)
  if (offset === undefined || Number.isNaN(date.getTime())) throw new Asn1Error(`${what} is not a time`)
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour
  if (!isReal || date.getUTCMinutes() !== minute) throw new Asn1Error(`${what} is no such date`)
  return offset === 0 ? date : new Date(date.getTime() - offset)
}

/** RFC 5280 §4.1.2.5.1. */
function century(year: number): number {
  return year < 50 ? 2000 + year : 1900 + year
}

/** Two decimal digits, or NaN. */
function digits(content: Buffer, at: number): number {
  const tens = (content[at] ?? 0) - 0x30
  const ones = (content[at + 1] ?? 0) - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Milliseconds of what stands behind the seconds; undefined when it is neither Z nor an offset. */
function zoneOffset(content: Buffer, from: number, fraction: boolean): number | undefined {
  if (content.length === from + 1 && content[from] === 0x5a) return 0
  const zone = /^(?:[.,]\d+)?(?:Z|([+-])(\d\d)(\d\d))$/.exec(content.toString('latin1', from))
  if (zone === null || (!fraction && !/^[Z+-]/.test(zone[0]))) return undefined
  const [, sign, hours, minutes] = zone
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
  return sign === '-' ? -offset : offset
}

/** Text of any ASN.1 string type, or undefined when the element is not a string or does not decode. */
export function stringValue(element: Element): string | undefined {
  const content = element.constructed ? segmentsOf(element) : element.content
  switch (element.tag & ~CONSTRUCTED) {
    case TAG.utf8String: {
      const text = content.toString('utf8')
      return Buffer.from(text, 'utf8').equals(content) ? text : undefined
    }
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.numericString:
    case TAG.visibleString:
    case TAG.teletexString: // T.61 in name, Latin-1 in every implementation that still writes it
      return content.toString('latin1')
    case TAG.bmpString:
      return bmpText(content)
    case TAG.universalString:
      return universalText(content)
    default:
      return undefined
  }
}

/** Content of a string in segments (BER, X.690 §8.23); of anything else nothing that is a string. */
function segmentsOf(element: Element): Buffer {
  const segments: Buffer[] = []
  for (const segment of element.children) segments.push(segment.constructed ? segmentsOf(segment) : segment.content)
  return Buffer.concat(segments)
}

/** UCS-2 in name, UTF-16 in practice; half of a pair is no text, because no UTF-8 can hold it. */
function bmpText(content: Buffer): string | undefined {
  if (content.length % 2 !== 0) return undefined
  const text = Buffer.from(content).swap16().toString('utf16le')
  return text.isWellFormed() ? text : undefined
}

function universalText(content: Buffer): string | undefined {
  if (content.length % 4 !== 0) return undefined
  let text = ''
  for (let at = 0; at < content.length; at += 4) {
    const point = content.readUInt32BE(at)
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined
    text += String.fromCodePoint(point)
  }
  return text
}
