import { readElement } from '../../der/read.ts'
import { contextTag, TAG } from '../../der/tag.ts'
import { expectTag } from '../../der/value.ts'
import { explicit, implicit, sequence } from '../../der/write.ts'
import { buildExtension, type Extension, findExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'
import { encodeGeneralName } from '../general-name/encode.ts'
import { parseGeneralName } from '../general-name/parse.ts'

/** The URLs where a certificate says that its CRL is, in their order. @throws {Asn1Error} when malformed */
export function crlDistributionPoints(holder: { readonly extensions: readonly Extension[] }): string[] {
  const extension = findExtension(holder, EXTENSION_OID.cRLDistributionPoints)
  if (extension === undefined) return []
  return expectTag(readElement(extension.value), TAG.sequence, 'distribution points').children.flatMap((point) => {
    const name = expectTag(point, TAG.sequence, 'distribution point').children.find(({ tag }) => tag === NAME)
    const names = name?.children[0]?.tag === FULL_NAME ? name.children[0].children : []
    return names.map(parseGeneralName).flatMap((one) => (one.type === 'uri' ? [one.value] : []))
  })
}

const NAME = contextTag(0, true)
const FULL_NAME = contextTag(0, true)

/** One distribution point for each URL, each with the whole list of revoked certificates (RFC 5280 §4.2.1.13). */
export function buildCrlDistributionPoints(urls: readonly string[]): Buffer {
  const points = urls.map((url) => {
    const fullName = implicit(0, sequence(encodeGeneralName({ type: 'uri', value: url })))
    return sequence(explicit(0, fullName))
  })
  return buildExtension(EXTENSION_OID.cRLDistributionPoints, false, sequence(...points))
}
