import { readElement } from '../../der/read.ts'
import { buildExtension, type Extension, findExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'
import { buildGeneralNames } from '../general-name/encode.ts'
import type { GeneralName } from '../general-name/general-name.ts'
import { parseGeneralNames } from '../general-name/parse.ts'

/** Names in the extension, or in the first such extension of a certificate. @throws {Asn1Error} when malformed */
export function subjectAltNames(from: Extension | { readonly extensions: readonly Extension[] }): GeneralName[] {
  const extension = 'extensions' in from ? findExtension(from, EXTENSION_OID.subjectAltName) : from
  return extension === undefined ? [] : parseGeneralNames(readElement(extension.value))
}

/** `critical` when the subject is empty (RFC 5280 §4.2.1.6). */
export function buildSubjectAltName(names: readonly GeneralName[], critical: boolean): Buffer {
  return buildExtension(EXTENSION_OID.subjectAltName, critical, buildGeneralNames(names))
}
