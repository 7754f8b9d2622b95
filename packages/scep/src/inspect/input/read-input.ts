import { DEFAULT_LIMITS } from '@chancery/pki'
import { capabilityWord } from '../../capability-meaning.ts'
import { decodeBase64 } from '../../decode-get-message.ts'
import type { InputEncoding } from '../inspection.ts'
import { decodeHexDump } from './hex-dump.ts'
import { httpBody } from './http.ts'
import { decodePemText } from './pem.ts'
import { type Query, readQuery } from './query.ts'

/** The octets of a message, whatever they were captured as. */
export interface Input {
  readonly encoding: InputEncoding
  readonly bytes: Buffer
  /** What was done to get at them, and what was passed over. */
  readonly notes: readonly string[]
  /** When it came as a URL. */
  readonly query?: Query
  /** When it is text that is no encoding of octets: capabilities, a page of HTML. */
  readonly text?: string
}

/** Text spends up to four characters on an octet. */
export const MOST_INSPECTED = 4 * DEFAULT_LIMITS.bytes

export function readInput(given: Buffer): Input {
  const captured = httpBody(given)
  const { body, note } = captured
  const notes = note === undefined ? [] : [note]
  if (captured.query !== undefined && body.length === 0) return fromQuery(captured.query, notes)
  const text = textOf(body)
  if (text === undefined) return { encoding: 'binary', bytes: body, notes }
  return fromText(text, notes)
}

function fromText(text: string, notes: readonly string[]): Input {
  const pem = decodePemText(text)
  if (pem !== undefined) return { encoding: 'pem', bytes: pem.bytes, notes: [...notes, ...pem.notes] }
  const query = readQuery(text)
  if (query !== undefined) return fromQuery(query, notes)
  if (isCapabilities(text)) return { encoding: 'text', bytes: Buffer.alloc(0), notes, text }
  const hex = decodeHexDump(text)
  if (hex !== undefined) return { encoding: 'hexadecimal', bytes: hex, notes }
  const bytes = decodeBase64(unescaped(text).replace(/\s+/g, ''))
  if (bytes !== undefined && bytes.length > 0) return { encoding: 'base64', bytes, notes }
  return { encoding: 'text', bytes: Buffer.alloc(0), notes, text }
}

function fromQuery(query: Query, notes: readonly string[]): Input {
  return { encoding: 'url', bytes: query.message ?? Buffer.alloc(0), notes, query }
}

/** Percent escapes as they stand in a query, once or twice. */
function unescaped(text: string): string {
  const once = unescapeOnce(text)
  return /%[0-9A-Fa-f]{2}/.test(once) ? unescapeOnce(once) : once
}

function unescapeOnce(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Words of RFC 8894 §3.5.2 stand in it. */
export function isCapabilities(text: string): boolean {
  return text.length < MOST_CAPABILITIES && text.split(/[\r\n]+/).some((line) => capabilityWord(line) !== undefined)
}

const MOST_CAPABILITIES = 100_000

/** Text, or undefined when these are octets. */
function textOf(bytes: Buffer): string | undefined {
  // Windows saves what is copied into an editor in UTF-16.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2)
  const isText = bytes.every((octet) => octet >= 0x20 || octet === 0x09 || octet === 0x0a || octet === 0x0d)
  if (!isText) return undefined
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text.replace(/^\ufeff/, '') : undefined
}
