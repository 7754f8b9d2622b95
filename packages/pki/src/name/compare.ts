import type { AttributeTypeAndValue, Name } from './name.ts'

/**
 * RFC 5280 §7.1: values of any string type are equal when they are equal without case and with white space folded; the
 * attributes of one RDN are a set; the order of RDNs counts.
 */
export function sameName(a: Name, b: Name): boolean {
  if (a.der.equals(b.der)) return true
  if (a.der.length > LONGEST_FOLDED || b.der.length > LONGEST_FOLDED) return false
  const left = a.rdns
  const right = b.rdns
  return left.length === right.length && left.every((rdn, i) => sameRdn(rdn, right[i] ?? []))
}

/**
 * Octets of a name that is folded; longer ones are the same only byte for byte. Normalising is quadratic in a run of
 * combining characters, and names are compared before anything in a message is verified: 800 kB took a minute and a half.
 */
const LONGEST_FOLDED = 4096

function sameRdn(a: readonly AttributeTypeAndValue[], b: readonly AttributeTypeAndValue[]): boolean {
  if (a.length !== b.length) return false
  const left = a.map(comparable).sort()
  const right = b.map(comparable).sort()
  return left.every((text, i) => text === right[i])
}

function comparable({ oid, value, der }: AttributeTypeAndValue): string {
  return value === undefined ? `${oid}#${der.toString('hex')}` : `${oid}=${fold(value)}`
}

/** String preparation of RFC 4518 §2, as far as it meets names in certificates. */
function fold(text: string): string {
  return text
    .replace(IGNORED, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{White_Space}+/gu, ' ')
    .trim()
}

/** Mapped to nothing by RFC 4518 §2.2; white space among the controls is folded instead. */
const IGNORED = /\p{Default_Ignorable_Code_Point}|\ufffc|(?!\p{White_Space})\p{Cc}/gu
