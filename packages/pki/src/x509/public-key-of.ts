import { Asn1Error } from '../der/asn1-error.ts'
import { contextTag } from '../der/tag.ts'
import { type PublicKeyInfo, parsePublicKeyInfo } from '../key/public-key-info.ts'
import { parseCertificate } from './certificate.ts'

/** Fields between the version and the key (RFC 5280 §4.1): serial number, signature, issuer, validity, subject. */
const FIELDS_BEFORE = 5
const VERSION_TAG = contextTag(0, true)

/**
 * The key of a certificate, and nothing else of it: the headers on the way there are read, which costs a fraction of
 * reading it all. For certificates that were parsed when they were taken in.
 * @throws {Asn1Error}
 */
export function publicKeyOf(certificate: Buffer): PublicKeyInfo {
  const at = startOfKey(certificate)
  if (at === undefined) return parseCertificate(certificate).publicKey
  return parsePublicKeyInfo(certificate.subarray(at.start, at.end))
}

/** Undefined: something on the way is not as DER is written, so that it takes the reader of BER. */
function startOfKey(source: Buffer): Header | undefined {
  const outer = header(source, 0)
  const tbs = outer && header(source, outer.content)
  let field = tbs && header(source, tbs.content)
  const skipped = FIELDS_BEFORE + (field?.tag === VERSION_TAG ? 1 : 0)
  for (let count = 0; count < skipped; count++) field = field && header(source, field.end)
  return field
}

interface Header {
  readonly tag: number
  readonly start: number
  readonly content: number
  readonly end: number
}

function header(source: Buffer, start: number): Header | undefined {
  const [tag, first] = [source[start], source[start + 1]]
  if (tag === undefined || first === undefined) throw new Asn1Error('truncated header')
  const octets = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || octets > MOST_LENGTH_OCTETS) return undefined
  const content = start + 2 + octets
  if (content > source.length) throw new Asn1Error('truncated length')
  const end = content + (octets === 0 ? first : source.readUIntBE(start + 2, octets))
  if (end > source.length) throw new Asn1Error('truncated content')
  return { tag, start, content, end }
}

const MOST_LENGTH_OCTETS = 4
