/** RFC 5280 §4.1.2.2 allows 20 octets; more is tolerated, but not any length. */
const MOST_DIGITS = 128

/**
 * What a serial number may mean that somebody spelled in his way: hexadecimal or, if it is all digits, decimal; each reading is
 * the content octets that a certificate may have, as lower-case hexadecimal. Empty: it is none.
 */
export function serialReadings(text: string): string[][] {
  const digits = text.replaceAll(/[\s:-]/g, '').toLowerCase()
  if (digits === '' || digits.length > MOST_DIGITS || !/^[0-9a-f]+$/.test(digits)) return []
  const hexadecimal = octetsOf(digits)
  return /^[0-9]+$/.test(digits) ? [hexadecimal, octetsOf(BigInt(digits).toString(16))] : [hexadecimal]
}

/** With and without the zero octet that keeps a number positive: not every CA encodes as it should. */
function octetsOf(digits: string): string[] {
  const shortest = digits.replace(/^0+(?=.)/, '')
  const even = shortest.padStart(shortest.length + (shortest.length % 2), '0')
  return [even, `00${even}`]
}
