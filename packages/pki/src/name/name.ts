import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { TAG } from '../der/tag.ts'
import { expectTag, oidText, stringValue } from '../der/value.ts'

/** Distinguished name (RFC 5280 §4.1.2.4) with the bytes it came in. */
export interface Name {
  readonly der: Buffer
  /** In the order of the encoding; decoded on first use. */
  readonly rdns: readonly (readonly AttributeTypeAndValue[])[]
}

export interface AttributeTypeAndValue {
  readonly oid: string
  /** Text, when the value is one of the string types and decodes. */
  readonly value: string | undefined
  /** The value as an element. */
  readonly der: Buffer
}

/** @throws {Asn1Error} here and never later: the structure is checked now, the texts are decoded when asked for */
export function parseName(e: Element): Name {
  expectTag(e, TAG.sequence, 'name')
  for (const rdn of e.children) {
    if (rdn.tag !== TAG.set) throw new Asn1Error('relative distinguished name is not a SET')
    for (const pair of rdn.children) checkPair(pair)
  }
  return new ParsedName(e)
}

class ParsedName implements Name {
  readonly der: Buffer
  readonly #element: Element
  #rdns: readonly (readonly AttributeTypeAndValue[])[] | undefined

  constructor(e: Element) {
    this.der = e.bytes
    this.#element = e
  }

  get rdns(): readonly (readonly AttributeTypeAndValue[])[] {
    this.#rdns ??= this.#element.children.map((rdn) => rdn.children.map(attributeTypeAndValue))
    return this.#rdns
  }
}

function checkPair(pair: Element): void {
  if (pair.tag !== TAG.sequence || pair.children.length !== 2) throw new Asn1Error('name attribute is malformed')
  const type = expectTag(pair.children[0], TAG.oid, 'name attribute type').content
  if (type.length === 0 || (type[type.length - 1] as number) >= 0x80)
    throw new Asn1Error('name attribute type is malformed')
}

function attributeTypeAndValue(pair: Element): AttributeTypeAndValue {
  const [type, value] = pair.children as [Element, Element]
  return { oid: oidText(type.content, 'name attribute type'), value: stringValue(value), der: value.bytes }
}
