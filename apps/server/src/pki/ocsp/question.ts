import { Asn1Error, type CertId, type DigestName, PkiError, parseOcspRequest, shortestSerial } from '@chancery/pki'
import type { OcspIssuer, OcspIssuers } from './issuers.ts'

/** What is asked, of one issuer of ours. */
export interface Question {
  readonly issuer: OcspIssuer
  readonly certIds: readonly OurCertId[]
  readonly nonce: Buffer | undefined
}

/** The serial number in its shortest form, as the store has it. */
export type OurCertId = CertId & { readonly digest: DigestName }

/** `unauthorized`: about a certificate of somebody else, or of several issuers, for which nobody can sign at once. */
export function readQuestion(
  bytes: Buffer,
  issuers: OcspIssuers | undefined,
): Question | 'malformedRequest' | 'unauthorized' {
  try {
    const { certIds, nonce } = parseOcspRequest(bytes)
    const ours: OurCertId[] = []
    let issuer: OcspIssuer | undefined
    for (const certId of certIds) {
      const one = issuers === undefined ? undefined : ourCertId(certId)
      const found = one && issuers?.find(one)
      if (one === undefined || found === undefined || (issuer ?? found) !== found) return 'unauthorized'
      issuer = found
      ours.push(one)
    }
    return issuer === undefined ? 'malformedRequest' : { issuer, certIds: ours, nonce }
  } catch (error) {
    if (error instanceof Asn1Error || error instanceof PkiError) return 'malformedRequest'
    throw error
  }
}

function ourCertId(certId: CertId): OurCertId | undefined {
  const { digest } = certId
  const serialNumber = shortestSerial(certId.serialNumber)
  return digest === undefined || serialNumber === undefined ? undefined : { ...certId, digest, serialNumber }
}
