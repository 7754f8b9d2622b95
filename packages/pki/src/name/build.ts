import { readElement } from '../der/read.ts'
import {
  ia5String,
  isPrintable,
  oid as oidElement,
  printableString,
  sequence,
  setOf,
  utf8String,
} from '../der/write.ts'
import { PkiError } from '../pki-error.ts'
import { attributeTypeByOid, type NameString } from './attribute-type.ts'
import { type Name, parseName } from './name.ts'

export interface NewAttribute {
  readonly oid: string
  readonly value: string
  /** The string type, when the usual one will not do. */
  readonly string?: NameString | undefined
}

/** Name from attributes in the order of the encoding (the reverse of the text). */
export function buildName(rdns: readonly (readonly NewAttribute[])[]): Name {
  return nameOfEncoded(
    rdns.map((rdn) => rdn.map(({ oid, value, string }) => ({ oid, value: encodeValue(oid, value, string) }))),
  )
}

/** The same from values that are elements already. */
export function nameOfEncoded(rdns: readonly (readonly { oid: string; value: Buffer }[])[]): Name {
  const sets = rdns.map((rdn) => setOf(rdn.map(({ oid, value }) => sequence(oidElement(oid), value))))
  return parseName(readElement(sequence(...sets)))
}

/**
 * The type that the attribute prescribes where the characters allow it; otherwise PrintableString if they allow that,
 * because old routers compare names byte by byte with what they had sent; otherwise UTF8String (RFC 5280 §4.1.2.4).
 */
export function encodeValue(oid: string, text: string, wanted?: NameString): Buffer {
  if (!text.isWellFormed()) throw new PkiError('ERR_PKI_INVALID', 'name has half of a surrogate pair')
  if (wanted !== undefined && !allows(wanted, text))
    throw new PkiError('ERR_PKI_INVALID', `name has a character that its ${wanted} string cannot hold`)
  const string = wanted ?? attributeTypeByOid(oid)?.string ?? 'printable'
  if (!allows(string, text)) return utf8String(text)
  return string === 'printable' ? printableString(text) : string === 'ia5' ? ia5String(text) : utf8String(text)
}

function allows(string: NameString, text: string): boolean {
  if (string === 'utf8') return true
  return string === 'printable' ? isPrintable(text) : isAscii(text)
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
