import { assembleSigned, buildTbsCrl } from '@chancery/pki'
import { type Issuer, issuerFacts } from './issuer.ts'

export interface CrlOrder {
  readonly issuer: Issuer
  /** cRLNumber: grows with every CRL of the issuer (RFC 5280 §5.2.3). */
  readonly number: bigint
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly revoked: readonly RevokedCertificate[]
}

export interface RevokedCertificate {
  /** Content octets. */
  readonly serialNumber: Buffer
  readonly at: Date
  /** CRLReason (RFC 5280 §5.3.1); absent: unspecified. */
  readonly reason?: number
}

/** A complete CRL (DER) of an issuer. */
export async function buildCrl({ issuer, number, thisUpdate, nextUpdate, revoked }: CrlOrder): Promise<Buffer> {
  const { scheme, signatureAlgorithm, authorityKeyIdentifier } = issuerFacts(issuer)
  const tbs = buildTbsCrl({
    signature: signatureAlgorithm,
    issuer: issuer.certificate.subject,
    thisUpdate,
    nextUpdate,
    number,
    authorityKeyIdentifier,
    revoked,
  })
  return assembleSigned(tbs, signatureAlgorithm, await issuer.key.sign(tbs, scheme))
}
