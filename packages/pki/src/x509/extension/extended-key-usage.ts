import { readElement } from '../../der/read.ts'
import { TAG } from '../../der/tag.ts'
import { expectTag, oidValue } from '../../der/value.ts'
import { oid, sequence } from '../../der/write.ts'
import { buildExtension, type Extension, findExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'

/** Undefined when the certificate is good for every purpose. @throws {Asn1Error} when malformed */
export function extendedKeyUsage(c: { readonly extensions: readonly Extension[] }): string[] | undefined {
  const extension = findExtension(c, EXTENSION_OID.extendedKeyUsage)
  if (extension === undefined) return undefined
  const { children } = expectTag(readElement(extension.value), TAG.sequence, 'extKeyUsage')
  return children.map((purpose) => oidValue(purpose, 'key purpose'))
}

/** Not critical: a verifier that does not know a private purpose may still use the others. */
export function buildExtendedKeyUsage(oids: readonly string[]): Buffer {
  return buildExtension(EXTENSION_OID.extendedKeyUsage, false, sequence(...oids.map(oid)))
}
