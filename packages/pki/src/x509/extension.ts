import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { TAG } from '../der/tag.ts'
import { booleanValue, child, expectTag, octets, oidValue } from '../der/value.ts'
import { boolean, octetString, oid as oidElement, sequence } from '../der/write.ts'

/** One extension (RFC 5280 §4.1.2.9), known to us or not. */
export interface Extension {
  readonly oid: string
  readonly critical: boolean
  /** Octets of extnValue. */
  readonly value: Buffer
  readonly der: Buffer
}

/** Extensions ::= SEQUENCE OF Extension; duplicates and unknown ones are kept in their order. */
export function parseExtensions(e: Element): readonly Extension[] {
  return expectTag(e, TAG.sequence, 'extensions').children.map(parseExtension)
}

/** `critical` is left out when false: it is the default (X.690 §11.5). */
export function buildExtension(oid: string, critical: boolean, value: Buffer): Buffer {
  return critical
    ? sequence(oidElement(oid), boolean(true), octetString(value))
    : sequence(oidElement(oid), octetString(value))
}

export function findExtension(from: { readonly extensions: readonly Extension[] }, oid: string): Extension | undefined {
  return from.extensions.find((extension) => extension.oid === oid)
}

function parseExtension(e: Element): Extension {
  expectTag(e, TAG.sequence, 'extension')
  if (e.children.length > 3) throw new Asn1Error('extension has more than three parts')
  const oid = oidValue(child(e, 0, 'extension type'), 'extension type')
  const marked = e.children[1]?.tag === TAG.boolean
  const critical = marked && booleanValue(e.children[1], 'critical')
  return { oid, critical, value: octets(e.children[marked ? 2 : 1], 'extension value'), der: e.bytes }
}
