import { readElement } from '../der/read.ts'
import { TAG } from '../der/tag.ts'
import { expectTag } from '../der/value.ts'
import { sequence } from '../der/write.ts'
import { encodePointName, urlsOfPoint } from '../x509/extension/distribution-point.ts'
import { buildExtension, findExtension } from '../x509/extension.ts'
import { EXTENSION_OID } from '../x509/extension-oid.ts'
import type { Crl } from './crl.ts'

/** The URLs of the distribution point that a CRL is for; undefined: it is for none in particular. @throws {Asn1Error} when malformed */
export function issuingDistributionPoint(crl: Pick<Crl, 'extensions'>): string[] | undefined {
  const extension = findExtension(crl, EXTENSION_OID.issuingDistributionPoint)
  return extension && urlsOfPoint(expectTag(readElement(extension.value), TAG.sequence, 'issuingDistributionPoint'))
}

/**
 * Critical (RFC 5280 §5.2.5): whoever does not know it must not take the part for the whole. One of the names must be the one
 * that the certificates have.
 */
export function buildIssuingDistributionPoint(urls: readonly string[]): Buffer {
  return buildExtension(EXTENSION_OID.issuingDistributionPoint, true, sequence(encodePointName(urls)))
}
