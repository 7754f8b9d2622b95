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

export function bitStringValue(element: Element | undefined, what: string): { bytes: Buffer; unused: number } {
  const { content } = expectTag(element, TAG.bitString, what)
  const unused = content[0]
  if (unused === undefined || unused > 7 || (content.length === 1 && unused !== 0))
    throw new Asn1Error(`${what} is malformed`)
  return { bytes: content.subarray(1), unused }
}

/** UTCTime or GeneralizedTime with seconds and Z (RFC 5280 §4.1.2.5); seconds may be missing in UTCTime (BER). */
export function timeValue(element: Element | undefined, what: string): Date {
  if (element === undefined) throw new Asn1Error(`${what} is missing`)
  const text = element.content.toString('latin1')
  const utc = element.tag === TAG.utcTime ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/.exec(text) : null
  const general =
    element.tag === TAG.generalizedTime ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text) : null
  const parts = (utc ?? general)?.slice(1).map((part) => Number(part ?? 0))
  if (parts === undefined) throw new Asn1Error(`${what} is not a time`)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  const fullYear = utc === null ? year : year < 50 ? 2000 + year : 1900 + year
  const date = new Date(0)
  date.setUTCFullYear(fullYear, month - 1, day)
  date.setUTCHours(hour, minute, second)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) throw new Asn1Error(`${what} is no such date`)
  return date
}

/** Text of any ASN.1 string type, or undefined when the element is not a string or does not decode. */
export function stringValue(element: Element): string | undefined {
  const { content } = element
  switch (element.tag) {
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
      return content.length % 2 === 0 ? Buffer.from(content).swap16().toString('utf16le') : undefined
    case TAG.universalString:
      return universalText(content)
    default:
      return undefined
  }
}

function universalText(content: Buffer): string | undefined {
  if (content.length % 4 !== 0) return undefined
  let text = ''
  for (let at = 0; at < content.length; at += 4) {
    const point = content.readUInt32BE(at)
    if (point > 0x10ffff) return undefined
    text += String.fromCodePoint(point)
  }
  return text
}
