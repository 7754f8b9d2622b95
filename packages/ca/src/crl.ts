import {
  assembleSigned,
  buildDeltaCrlIndicator,
  buildFreshestCrl,
  buildIssuingDistributionPoint,
  buildTbsCrl,
} from '@chancery/pki'
import { CaError } from './ca-error.ts'
import { type Issuer, issuerFacts } from './issuer.ts'

export interface CrlOrder {
  readonly issuer: Issuer
  /** cRLNumber: grows with every CRL of the issuer (RFC 5280 §5.2.3). */
  readonly number: bigint
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly revoked: readonly RevokedCertificate[]
  /** Of a delta CRL: number of the complete one that it adds to (RFC 5280 §5.2.4). */
  readonly baseNumber?: bigint
  /** Of a complete CRL: where its delta CRL is (RFC 5280 §5.2.6). */
  readonly freshestCrlUrl?: string
  /** Of a CRL for some certificates only: the distribution point that they name, under all its names (RFC 5280 §5.2.5). */
  readonly distributionPoint?: readonly string[]
}

export interface RevokedCertificate {
  /** Content octets. */
  readonly serialNumber: Buffer
  readonly at: Date
  /** CRLReason (RFC 5280 §5.3.1); absent: unspecified. */
  readonly reason?: number
}

/** In a delta CRL: it was on the base, or on a complete CRL since then, and is released. */
export const REMOVE_FROM_CRL = 8

/** A CRL (DER) of an issuer: complete, a delta, or for one distribution point. @throws {CaError} when it would contradict itself */
export async function buildCrl(order: CrlOrder): Promise<Buffer> {
  const { issuer, number, thisUpdate, nextUpdate, revoked } = order
  const { scheme, signatureAlgorithm, authorityKeyIdentifier } = issuerFacts(issuer)
  const tbs = buildTbsCrl({
    signature: signatureAlgorithm,
    issuer: issuer.certificate.subject,
    thisUpdate,
    nextUpdate,
    number,
    authorityKeyIdentifier,
    extensions: extensionsOf(order),
    revoked,
  })
  return assembleSigned(tbs, signatureAlgorithm, await issuer.key.sign(tbs, scheme))
}

function extensionsOf({ number, revoked, baseNumber, freshestCrlUrl, distributionPoint }: CrlOrder): Buffer[] {
  if (baseNumber === undefined) {
    if (revoked.some(({ reason }) => reason === REMOVE_FROM_CRL)) refuse('a complete CRL removes nothing')
  } else {
    if (baseNumber > number) refuse('the base of a delta CRL is older than the delta')
    if (freshestCrlUrl !== undefined) refuse('a delta CRL has no delta of its own (RFC 5280 §5.2.6)')
  }
  if (distributionPoint?.length === 0) refuse('the distribution point of a CRL has a name')
  return [
    ...(baseNumber === undefined ? [] : [buildDeltaCrlIndicator(baseNumber)]),
    ...(distributionPoint === undefined ? [] : [buildIssuingDistributionPoint(distributionPoint)]),
    ...(freshestCrlUrl === undefined ? [] : [buildFreshestCrl([freshestCrlUrl])]),
  ]
}

function refuse(message: string): never {
  throw new CaError('ERR_CA_ORDER', message)
}
