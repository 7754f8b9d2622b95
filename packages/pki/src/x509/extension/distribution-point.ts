import { readElement } from '../../der/read.ts'
import { contextTag, TAG } from '../../der/tag.ts'
import { expectTag } from '../../der/value.ts'
import { explicit, implicit, sequence } from '../../der/write.ts'
import type { Extension } from '../extension.ts'
import { encodeGeneralName } from '../general-name/encode.ts'
import { parseGeneralName } from '../general-name/parse.ts'

/** CRLDistributionPoints (RFC 5280 §4.2.1.13), as several extensions have it; here only URLs are read and written. */

/** @throws {Asn1Error} when malformed */
export function urlsOfPoints(extension: Extension): string[] {
  return expectTag(readElement(extension.value), TAG.sequence, 'distribution points').children.flatMap((point) =>
    urlsOfPoint(expectTag(point, TAG.sequence, 'distribution point')),
  )
}

/** Of a structure whose first field is the name of a distribution point. */
export function urlsOfPoint(point: ReturnType<typeof readElement>): string[] {
  const name = point.children.find(({ tag }) => tag === NAME)
  const names = name?.children[0]?.tag === FULL_NAME ? name.children[0].children : []
  return names.map(parseGeneralName).flatMap((one) => (one.type === 'uri' ? [one.value] : []))
}

/** One point for each URL, each with the whole list. */
export function encodePoints(urls: readonly string[]): Buffer {
  return sequence(...urls.map((url) => sequence(encodePointName([url]))))
}

/** distributionPoint with a fullName: one place under several names. */
export function encodePointName(urls: readonly string[]): Buffer {
  const names = urls.map((url) => encodeGeneralName({ type: 'uri', value: url }))
  return explicit(0, implicit(0, sequence(...names)))
}

const NAME = contextTag(0, true)
const FULL_NAME = contextTag(0, true)
