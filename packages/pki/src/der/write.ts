import { CONSTRUCTED, contextTag, TAG } from './tag.ts'

/** Strict DER writers (X.690 §10 and §11). Each returns one whole element; content goes in as bytes already encoded. */

/** Any element from its identifier octet and content parts. */
export function encode(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  let length = 0
  for (const part of parts) length += part.length
  const header = length < 0x80 ? 2 : length < 0x100 ? 3 : length < 0x10000 ? 4 : length < 0x1000000 ? 5 : 6
  const out = Buffer.allocUnsafe(header + length)
  out[0] = tag
  if (header === 2) out[1] = length
  else {
    out[1] = 0x80 | (header - 2)
    out.writeUIntBE(length, 2, header - 2)
  }
  let at = header
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => encode(TAG.sequence, ...parts)

/** SET OF in DER: elements sorted by their encoding (X.690 §11.6). */
export function setOf(parts: readonly Uint8Array[], tag: number = TAG.set): Buffer {
  return encode(tag, ...[...parts].sort(Buffer.compare))
}

/** SET whose order is given by the caller: certificate bags, where the leaf must come first. */
export const set = (...parts: readonly Uint8Array[]): Buffer => encode(TAG.set, ...parts)

/** INTEGER from a non-negative number or bigint, or from content octets that are copied as they are. */
export function integer(value: number | bigint | Uint8Array): Buffer {
  if (typeof value === 'object') return encode(TAG.integer, value)
  if (value < 0) throw new RangeError('negative INTEGER')
  let hex = value.toString(16)
  if (hex.length % 2 === 1) hex = `0${hex}`
  if (Number.parseInt(hex.slice(0, 2), 16) >= 0x80) hex = `00${hex}`
  return encode(TAG.integer, Buffer.from(hex, 'hex'))
}

/** INTEGER from the big-endian octets of a non-negative number: leading zeros removed, one added where the sign needs it. */
export function unsignedInteger(magnitude: Uint8Array): Buffer {
  let start = 0
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++
  const digits = magnitude.subarray(start)
  return (digits[0] ?? 0) >= 0x80 || digits.length === 0
    ? encode(TAG.integer, ZERO, digits)
    : encode(TAG.integer, digits)
}

export const boolean = (value: boolean): Buffer => encode(TAG.boolean, Buffer.from([value ? 0xff : 0]))

export const nullValue = (): Buffer => Buffer.from([TAG.null, 0])

export const octetString = (content: Uint8Array): Buffer => encode(TAG.octetString, content)

export const bitString = (content: Uint8Array, unused = 0): Buffer =>
  encode(TAG.bitString, Buffer.from([unused]), content)

/** BIT STRING of named bits: trailing zero bits are left out (X.690 §11.2.2). */
export function namedBits(bits: readonly number[]): Buffer {
  if (bits.length === 0) return bitString(Buffer.alloc(0))
  const highest = Math.max(...bits)
  const content = Buffer.alloc((highest >> 3) + 1)
  for (const bit of bits) content[bit >> 3] = (content[bit >> 3] as number) | (0x80 >> (bit & 7))
  return bitString(content, 7 - (highest & 7))
}

/**
 * OBJECT IDENTIFIER from its dotted form. The few that we write are encoded once.
 * @throws {RangeError} when the text is no object identifier
 */
export function oid(dotted: string): Buffer {
  const known = oids.get(dotted)
  if (known !== undefined) return known
  const encoded = encodeOid(dotted)
  if (oids.size < 500) oids.set(dotted, encoded)
  return encoded
}

/** Whether a person's text is an object identifier, of at most the 64 content octets that we read: these are 256 characters. */
export const isOid = (text: string): boolean =>
  text.length <= 256 && DOTTED.test(text) && encodeOid(text).length <= HEADER + 64

/** X.660: three roots, the first two with at most forty arcs. */
const DOTTED = /^(?:[01]\.[1-3]?\d|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))*$/

const oids = new Map<string, Buffer>()

function encodeOid(dotted: string): Buffer {
  if (dotted.length > 300 || !DOTTED.test(dotted)) throw new RangeError('not an OBJECT IDENTIFIER')
  const [first = 0n, second = 0n, ...arcs] = dotted.split('.').map(BigInt)
  const octets: number[] = []
  for (const arc of [first * 40n + second, ...arcs]) {
    const group = [Number(arc & 0x7fn)]
    for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) group.unshift(Number(rest & 0x7fn) | 0x80)
    octets.push(...group)
  }
  return encode(TAG.oid, Buffer.from(octets))
}

export const utf8String = (text: string): Buffer => encode(TAG.utf8String, Buffer.from(text, 'utf8'))
export const printableString = (text: string): Buffer => encode(TAG.printableString, Buffer.from(text, 'latin1'))
export const ia5String = (text: string): Buffer => encode(TAG.ia5String, Buffer.from(text, 'latin1'))

/** The characters of PrintableString (X.680 §41.4). */
export const isPrintable = (text: string): boolean => /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)

/** Time as RFC 5280 §4.1.2.5 wants it: UTCTime through 2049, GeneralizedTime from 2050 on, whole seconds. */
export function time(date: Date): Buffer {
  const year = date.getUTCFullYear()
  return encodeTime(date, year >= 1950 && year < 2050)
}

/** Where a standard wants this type for every year, such as RFC 6960. Whole seconds. */
export const generalizedTime = (date: Date): Buffer => encodeTime(date, false)

function encodeTime(date: Date, utc: boolean): Buffer {
  const year = date.getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) throw new RangeError('a year has four digits')
  const out = Buffer.allocUnsafe(utc ? 15 : 17)
  out[0] = utc ? TAG.utcTime : TAG.generalizedTime
  out[1] = out.length - 2
  let at = 2
  if (!utc) at = putTwoDigits(out, at, Math.floor(year / 100))
  at = putTwoDigits(out, at, year % 100)
  at = putTwoDigits(out, at, date.getUTCMonth() + 1)
  at = putTwoDigits(out, at, date.getUTCDate())
  at = putTwoDigits(out, at, date.getUTCHours())
  at = putTwoDigits(out, at, date.getUTCMinutes())
  at = putTwoDigits(out, at, date.getUTCSeconds())
  out[at] = ZULU
  return out
}

const ZULU = 0x5a

function putTwoDigits(out: Buffer, at: number, value: number): number {
  out[at] = 0x30 + Math.floor(value / 10)
  out[at + 1] = 0x30 + (value % 10)
  return at + 2
}

/** [number] EXPLICIT. */
export const explicit = (number: number, ...parts: readonly Uint8Array[]): Buffer =>
  encode(contextTag(number, true), ...parts)

/** [number] IMPLICIT over an element already encoded: its identifier octet is replaced, its form (primitive or constructed) kept. */
export function implicit(number: number, element: Uint8Array): Buffer {
  const out = Buffer.from(element)
  out[0] = contextTag(number, ((element[0] as number) & CONSTRUCTED) !== 0)
  return out
}

const ZERO = Buffer.from([0])
/** Identifier and length octets of something short. */
const HEADER = 2
