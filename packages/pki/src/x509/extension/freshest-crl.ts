import { buildExtension, type Extension, findExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'
import { encodePoints, urlsOfPoints } from './distribution-point.ts'

/** The URLs where a certificate or a complete CRL says that its delta CRL is. @throws {Asn1Error} when malformed */
export function freshestCrl(holder: { readonly extensions: readonly Extension[] }): string[] {
  const extension = findExtension(holder, EXTENSION_OID.freshestCRL)
  return extension === undefined ? [] : urlsOfPoints(extension)
}

/** Not critical, in certificates (RFC 5280 §4.2.1.15) and in complete CRLs (§5.2.6). */
export function buildFreshestCrl(urls: readonly string[]): Buffer {
  return buildExtension(EXTENSION_OID.freshestCRL, false, encodePoints(urls))
}
