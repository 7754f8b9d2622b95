import { CONSTRUCTED, type Element, TAG } from '@chancery/pki'

/**
 * Whether lengths are definite and in their shortest form and strings are whole, all the way down (X.690 §10). Subject
 * and key come from the device as they are, and a reader that knows only DER must be able to read the certificate.
 */
export function isDer(element: Element): boolean {
  if (element.indefinite || !hasShortestLength(element)) return false
  if (element.constructed && STRINGS.has(element.tag ^ CONSTRUCTED)) return false
  for (const child of element.children) if (!isDer(child)) return false
  return true
}

function hasShortestLength({ bytes }: Element): boolean {
  const { length } = bytes
  const header = length < 0x83 ? 2 : length < 0x104 ? 3 : length < 0x10005 ? 4 : 5
  // The second octet is the length itself, or says how many octets of length follow.
  return header === 2 ? bytes[1] === length - 2 : bytes[1] === 0x80 + header - 2
}

const STRINGS: ReadonlySet<number> = new Set([
  TAG.bitString,
  TAG.octetString,
  TAG.utf8String,
  TAG.numericString,
  TAG.printableString,
  TAG.teletexString,
  TAG.ia5String,
  TAG.visibleString,
  TAG.universalString,
  TAG.bmpString,
])
