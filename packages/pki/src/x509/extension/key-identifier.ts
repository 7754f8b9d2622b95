import { readElement } from '../../der/read.ts'
import { contextTag, TAG } from '../../der/tag.ts'
import { expectTag, octets } from '../../der/value.ts'
import { implicit, octetString, sequence } from '../../der/write.ts'
import { buildExtension, type Extension, findExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'

interface Extended {
  readonly extensions: readonly Extension[]
}

/** @throws {Asn1Error} when malformed */
export function subjectKeyIdentifier(c: Extended): Buffer | undefined {
  const extension = findExtension(c, EXTENSION_OID.subjectKeyIdentifier)
  return extension && octets(readElement(extension.value), 'subjectKeyIdentifier')
}

/** The keyIdentifier; undefined also when the extension names its issuer only by name and serial number. */
export function authorityKeyIdentifier(c: Extended): Buffer | undefined {
  const extension = findExtension(c, EXTENSION_OID.authorityKeyIdentifier)
  if (extension === undefined) return undefined
  const { children } = expectTag(readElement(extension.value), TAG.sequence, 'authorityKeyIdentifier')
  const field = children.find(({ tag }) => (tag & ~0x20) === KEY_IDENTIFIER)
  return field && octets(field, 'keyIdentifier', KEY_IDENTIFIER)
}

export function buildSubjectKeyIdentifier(identifier: Buffer): Buffer {
  return buildExtension(EXTENSION_OID.subjectKeyIdentifier, false, octetString(identifier))
}

export function buildAuthorityKeyIdentifier(identifier: Buffer): Buffer {
  const value = sequence(implicit(0, octetString(identifier)))
  return buildExtension(EXTENSION_OID.authorityKeyIdentifier, false, value)
}

const KEY_IDENTIFIER = contextTag(0, false)
