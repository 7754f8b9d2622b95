import { readElement } from '../der/read.ts'
import { integerBytes } from '../der/value.ts'
import { integer } from '../der/write.ts'
import { buildExtension, findExtension } from '../x509/extension.ts'
import { EXTENSION_OID } from '../x509/extension-oid.ts'
import type { Crl } from './crl.ts'

/** Number of the complete CRL that a delta CRL adds to; undefined: it is complete itself. @throws {Asn1Error} when malformed */
export function baseCrlNumber(crl: Pick<Crl, 'extensions'>): bigint | undefined {
  const extension = findExtension(crl, EXTENSION_OID.deltaCRLIndicator)
  if (extension === undefined) return undefined
  return BigInt(`0x${integerBytes(readElement(extension.value), 'BaseCRLNumber').toString('hex')}`)
}

/** Critical (RFC 5280 §5.2.4): nobody may take a delta for a complete CRL. */
export function buildDeltaCrlIndicator(baseNumber: bigint): Buffer {
  return buildExtension(EXTENSION_OID.deltaCRLIndicator, true, integer(baseNumber))
}
