import { readElement } from '../../der/read.ts'
import { bitStringValue } from '../../der/value.ts'
import { namedBits } from '../../der/write.ts'
import { buildExtension, type Extension, findExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'

/** Bits of KeyUsage in their order (RFC 5280 §4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

export type KeyUsageName = (typeof KEY_USAGES)[number]

/** Undefined when the certificate does not restrict the use of its key. @throws {Asn1Error} when malformed */
export function keyUsage(c: { readonly extensions: readonly Extension[] }): KeyUsageName[] | undefined {
  const extension = findExtension(c, EXTENSION_OID.keyUsage)
  if (extension === undefined) return undefined
  const { bytes } = bitStringValue(readElement(extension.value), 'keyUsage')
  return KEY_USAGES.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0)
}

export function buildKeyUsage(names: readonly KeyUsageName[]): Buffer {
  const bits = names.map((name) => KEY_USAGES.indexOf(name))
  return buildExtension(EXTENSION_OID.keyUsage, true, namedBits(bits))
}
