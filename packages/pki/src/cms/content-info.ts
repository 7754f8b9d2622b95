import { Asn1Error } from '../der/asn1-error.ts'
import { Element } from '../der/element.ts'
import { DEFAULT_LIMITS, type ReadLimits, readElement } from '../der/read.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { expectTag, oidValue } from '../der/value.ts'
import { explicit, oid, sequence } from '../der/write.ts'

/** Content types of CMS (RFC 5652). */
export const CONTENT_TYPE = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
} as const

/** The content of a ContentInfo (RFC 5652 §3) of the type that is wanted. */
export function contentOf(bytes: Buffer | Element, contentType: string, limits: ReadLimits = DEFAULT_LIMITS): Element {
  const info = expectTag(bytes instanceof Element ? bytes : readElement(bytes, limits), TAG.sequence, 'ContentInfo')
  const found = oidValue(info.children[0], 'contentType')
  if (found !== contentType) throw new Asn1Error(`content is of type ${found}, expected ${contentType}`)
  const wrapped = expectTag(info.children[1], contextTag(0, true), 'content')
  return expectTag(wrapped.children[0], TAG.sequence, 'content')
}

export function buildContentInfo(contentType: string, content: Buffer): Buffer {
  return sequence(oid(contentType), explicit(0, content))
}
