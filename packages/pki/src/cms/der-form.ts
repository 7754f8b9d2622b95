import type { Element } from '../der/element.ts'
import { CONSTRUCTED, TAG } from '../der/tag.ts'
import { encode, setOf } from '../der/write.ts'

/**
 * A BER element as DER has it: definite and shortest lengths, strings in one piece, sets in order (X.690 §10). Made
 * only of signed attributes, of octets, texts and times; what is under another tag keeps its form. Never an error: what
 * makes no sense only does not verify.
 */
export function derForm(e: Element): Buffer {
  if (!e.constructed) return encode(e.tag, e.content)
  const type = e.tag & ~CONSTRUCTED
  if (STRINGS.has(type)) return encode(type, joined(e))
  const parts = e.children.map(derForm)
  return e.tag === TAG.set ? setOf(parts) : encode(e.tag, ...parts)
}

function joined(e: Element): Buffer {
  return e.constructed ? Buffer.concat(e.children.map(joined)) : e.content
}

const STRINGS: ReadonlySet<number> = new Set([
  TAG.octetString,
  TAG.utf8String,
  TAG.numericString,
  TAG.printableString,
  TAG.teletexString,
  TAG.ia5String,
  TAG.utcTime,
  TAG.generalizedTime,
  TAG.visibleString,
  TAG.universalString,
  TAG.bmpString,
])
