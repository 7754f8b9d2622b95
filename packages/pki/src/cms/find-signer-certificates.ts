import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import type { SignedData } from './signed-data.ts'
import { identifies, type SignerIdentifier, sameInteger } from './signer-identifier.ts'

/**
 * The certificates that a sid means, in the order of the message. Several can bear the same issuer and serial: the one
 * whose key verifies is the signer's (C-ID-02).
 */
export function findSignerCertificates(signedData: SignedData, sid: SignerIdentifier): Certificate[] {
  const found: Certificate[] = []
  for (const element of signedData.certificates) {
    if (sid.kind === 'issuerAndSerialNumber' && !hasSerialNumber(element, sid.serialNumber)) continue
    const certificate = readable(element)
    if (certificate !== undefined && identifies(sid, certificate)) found.push(certificate)
  }
  return found
}

/** Looked at before parsing: a chain that comes along costs nothing. */
function hasSerialNumber(certificate: Element, serialNumber: Buffer): boolean {
  const tbs = certificate.children[0]
  const serial = tbs?.children[tbs.children[0]?.tag === VERSION ? 1 : 0]
  return serial?.tag === TAG.integer && sameInteger(serial.content, serialNumber)
}

/** A certificate that nobody can read was not used to sign either. */
function readable(element: Element): Certificate | undefined {
  try {
    return parseCertificate(element)
  } catch (error) {
    if (error instanceof Asn1Error) return undefined
    throw error
  }
}

const VERSION = contextTag(0, true)
