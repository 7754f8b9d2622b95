import { buildExtension, type Extension, findExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'
import { encodePoints, urlsOfPoints } from './distribution-point.ts'

/** The URLs where a certificate says that its CRL is, in their order. @throws {Asn1Error} when malformed */
export function crlDistributionPoints(holder: { readonly extensions: readonly Extension[] }): string[] {
  const extension = findExtension(holder, EXTENSION_OID.cRLDistributionPoints)
  return extension === undefined ? [] : urlsOfPoints(extension)
}

/** One distribution point for each URL, each with the whole list of revoked certificates (RFC 5280 §4.2.1.13). */
export function buildCrlDistributionPoints(urls: readonly string[]): Buffer {
  return buildExtension(EXTENSION_OID.cRLDistributionPoints, false, encodePoints(urls))
}
