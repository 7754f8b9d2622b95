import { Asn1Error } from '../der/asn1-error.ts'
import { Element } from '../der/element.ts'
import { type ReadLimits, readElement } from '../der/read.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, expectTag, integerBytes, oidValue } from '../der/value.ts'
import { explicit, oid, sequence } from '../der/write.ts'

/** Content types (RFC 5652 §4, §5.1, §6.1; RFC 5083 §2). */
export const CONTENT_TYPE = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  authEnvelopedData: '1.2.840.113549.1.9.16.1.23',
} as const

type StructuredType = Exclude<keyof typeof CONTENT_TYPE, 'data'>

/** The SEQUENCE inside a ContentInfo (RFC 5652 §3) of the type wanted. */
export function readContentInfo(bytes: Buffer | Element, type: StructuredType, limits: ReadLimits): Element {
  const info = expectTag(bytes instanceof Element ? bytes : readElement(bytes, limits), TAG.sequence, 'ContentInfo')
  const found = oidValue(child(info, 0, 'contentType'), 'contentType')
  if (found !== CONTENT_TYPE[type]) throw new Asn1Error(`ContentInfo is of type ${found}, not ${type}`)
  const content = expectTag(info.children[1], CONTENT_TAG, 'content')
  if (info.children.length > 2 || content.children.length !== 1) throw new Asn1Error('ContentInfo has parts too many')
  return expectTag(content.children[0], TAG.sequence, type)
}

export function buildContentInfo(type: StructuredType, content: Buffer): Buffer {
  return sequence(oid(CONTENT_TYPE[type]), explicit(0, content))
}

/** CMSVersion. The structure decides how the rest is read, so an absurd one is only reported: as NaN (C-ID-08). */
export function readVersion(e: Element | undefined, what: string): number {
  const content = integerBytes(e, what)
  return content.length <= 6 ? content.readIntBE(0, content.length) : Number.NaN
}

const CONTENT_TAG = contextTag(0, true)
