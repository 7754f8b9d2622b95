import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { TAG } from '../der/tag.ts'
import { child, expectTag, oidValue } from '../der/value.ts'
import { nullValue, oid as oidElement, sequence } from '../der/write.ts'

/** AlgorithmIdentifier (RFC 5280 §4.1.1.2) as it was received. */
export interface AlgorithmIdentifier {
  readonly oid: string
  readonly parameters: Element | undefined
  readonly der: Buffer
}

export function parseAlgorithmIdentifier(e: Element, what: string): AlgorithmIdentifier {
  expectTag(e, TAG.sequence, what)
  if (e.children.length > 2) throw new Asn1Error(`${what} has more than two parts`)
  return { oid: oidValue(child(e, 0, what), what), parameters: e.children[1], der: e.bytes }
}

/** NULL and absent mean the same for every algorithm without parameters (RFC 5754 §2, RFC 4055 §2.1). */
export function hasNoParameters(id: AlgorithmIdentifier): boolean {
  return id.parameters === undefined || (id.parameters.tag === TAG.null && id.parameters.content.length === 0)
}

/** The two shapes of an identifier without parameters, encoded once per table row. */
export const identifierAbsent = (oid: string): Buffer => sequence(oidElement(oid))
export const identifierNull = (oid: string): Buffer => sequence(oidElement(oid), nullValue())
