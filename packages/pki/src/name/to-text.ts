import { attributeTypeByOid } from './attribute-type.ts'
import type { AttributeTypeAndValue, Name } from './name.ts'

/** RFC 4514 text: the last RDN first, on one line. */
export function nameToText(name: Name): string {
  return name.rdns
    .filter((rdn) => rdn.length > 0)
    .map((rdn) => rdn.map(attributeToText).join('+'))
    .reverse()
    .join(',')
}

/** A type without a keyword, and a value that is no text, are written as octets (RFC 4514 §2.4). */
function attributeToText({ oid, value, der }: AttributeTypeAndValue): string {
  const keyword = attributeTypeByOid(oid)?.keyword
  if (keyword === undefined || value === undefined) return `${keyword ?? oid}=#${der.toString('hex')}`
  return `${keyword}=${escapeValue(value)}`
}

function escapeValue(text: string): string {
  return text
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/(?<!^) $/, '\\ ')
    .replace(/^[ #]/, '\\$&')
    .replace(/[\p{Cc}\u2028\u2029]/gu, (character) => HEX_PAIRS.get(character) ?? '')
}

/**
 * Control characters would break the line, or end it in C: written as the octets of their UTF-8 form. Made beforehand,
 * because a name may be a megabyte of them.
 */
const HEX_PAIRS: ReadonlyMap<string, string> = new Map(
  [...range(0, 0x1f), ...range(0x7f, 0x9f), 0x2028, 0x2029].map((point) => {
    const character = String.fromCodePoint(point)
    return [character, Buffer.from(character, 'utf8').toString('hex').replace(/../g, '\\$&')]
  }),
)

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
