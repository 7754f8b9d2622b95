import { Asn1Error } from './der/asn1-error.ts'
import type { Element } from './der/element.ts'
import { TAG } from './der/tag.ts'
import { child, expectTag, oidValue } from './der/value.ts'
import { oid as oidElement, sequence, setOf } from './der/write.ts'

/** Attribute of a PKCS#10 request or a SignerInfo: one type, a set of values. */
export interface Attribute {
  readonly oid: string
  readonly values: readonly Element[]
  readonly der: Buffer
}

export function parseAttribute(e: Element): Attribute {
  expectTag(e, TAG.sequence, 'attribute')
  if (e.children.length !== 2) throw new Asn1Error('attribute does not have two parts')
  const oid = oidValue(child(e, 0, 'attribute type'), 'attribute type')
  return { oid, values: expectTag(e.children[1], TAG.set, 'attribute values').children, der: e.bytes }
}

export function buildAttribute(oid: string, ...values: readonly Buffer[]): Buffer {
  return sequence(oidElement(oid), setOf(values))
}
