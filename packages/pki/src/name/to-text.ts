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
    .replace(/[\p{Cc}\u2028\u2029]/gu, hexPairs)
}

/** Control characters would break the line, or end it in C: written as the octets of their UTF-8 form. */
function hexPairs(character: string): string {
  return Buffer.from(character, 'utf8').toString('hex').replace(/../g, '\\$&')
}
