import { buildSignedData, type Certificate, certsOnly, type SigningKey } from '@chancery/pki'
import { timeAttribute } from '../attribute-write.ts'
import { signatureSchemeFor } from '../signature-scheme.ts'

/** A next CA and who vouches for it. */
export interface NextCaCertificates {
  /** The CA that devices trust today. */
  readonly current: { readonly certificate: Certificate; readonly signing: SigningKey }
  readonly next: Buffer
  /** RA certificate of the next CA; absent where the next CA opens messages itself. */
  readonly ra?: Buffer
  /** Certificates above the next CA, up to the root. */
  readonly chain: readonly Buffer[]
  readonly now: Date
}

/**
 * Body of GetNextCACert (RFC 8894 §4.7.1), signed with the key of the current CA. What counts is under the signature: a
 * whole certs-only message. The next CA stands in the bag of certificates too, which nothing protects, because jscep
 * looks nowhere else; sscep reads the content.
 */
export function sealNextCaCertificates({ current, next, ra, chain, now }: NextCaCertificates): Promise<Buffer> {
  const scheme = signatureSchemeFor(current.signing.publicKey, 'sha256')
  return buildSignedData({
    eContent: certsOnly([...(ra === undefined ? [] : [ra]), next, ...chain]),
    digest: scheme.key === 'ed25519' ? 'sha512' : scheme.digest,
    signer: { certificate: current.certificate, key: current.signing, scheme },
    attributes: [timeAttribute('signingTime', now)],
    certificates: [current.certificate.der, next],
  })
}
