import { readElement } from '../../der/read.ts'
import { TAG } from '../../der/tag.ts'
import { booleanValue, expectTag, smallInteger } from '../../der/value.ts'
import { boolean, integer, sequence } from '../../der/write.ts'
import { buildExtension, type Extension, findExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'

export interface BasicConstraints {
  readonly ca: boolean
  readonly pathLength?: number
}

/** @throws {Asn1Error} when the extension is there and malformed */
export function basicConstraints(c: { readonly extensions: readonly Extension[] }): BasicConstraints | undefined {
  const extension = findExtension(c, EXTENSION_OID.basicConstraints)
  if (extension === undefined) return undefined
  const { children } = expectTag(readElement(extension.value), TAG.sequence, 'basicConstraints')
  const marked = children[0]?.tag === TAG.boolean
  const ca = marked && booleanValue(children[0], 'cA')
  const length = children[marked ? 1 : 0]
  return length === undefined ? { ca } : { ca, pathLength: smallInteger(length, 'pathLenConstraint') }
}

/** Critical (RFC 5280 §4.2.1.9). */
export function buildBasicConstraints({ ca, pathLength }: BasicConstraints): Buffer {
  const parts = ca ? [boolean(true), ...(pathLength === undefined ? [] : [integer(pathLength)])] : []
  return buildExtension(EXTENSION_OID.basicConstraints, true, sequence(...parts))
}
