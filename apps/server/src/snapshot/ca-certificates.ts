import { certsOnly, isSelfSigned, parseCertificate } from '@chancery/pki'
import type { IssuerRecord } from '@chancery/ra'
import type { CompatibilitySwitches } from '@chancery/scep'
import type { PublishedCertificates } from '../context.ts'

export type CaCertificatesContent = CompatibilitySwitches['caCertificates']

/**
 * Body of GetCACert (RFC 8894 §4.2.1). The RA certificate first (S-4.2.1.2-03), then the CAs upwards, of which the last is
 * the one to which all of them chain: Apple finds no RA otherwise. A CA that opens messages itself is one bare certificate;
 * in a set Apple would look for an RA beside it.
 */
export function caCertificates(
  raCertificate: Buffer,
  issuer: IssuerRecord,
  content: CaCertificatesContent = 'root',
): PublishedCertificates {
  if (content === 'single' || raCertificate.equals(issuer.certificate)) {
    return { type: 'application/x-x509-ca-cert', body: raCertificate }
  }
  return {
    type: 'application/x-x509-ca-ra-cert',
    body: certsOnly([raCertificate, issuer.certificate, ...ABOVE[content](issuer.chain)]),
  }
}

/** Body of GetCACertChain (draft-nourse-scep-11 §5.6): the CA that issues and all above it, without the RA. */
export function caCertificateChain({ certificate, chain }: IssuerRecord): PublishedCertificates {
  return { type: 'application/x-x509-ca-ra-cert-chain', body: certsOnly([certificate, ...chain]) }
}

type Chain = readonly Buffer[]

const ABOVE: Readonly<Record<Exclude<CaCertificatesContent, 'single'>, (chain: Chain) => Chain>> = {
  ca: () => [],
  intermediates: (chain) => chain.filter((der) => !isSelfSigned(parseCertificate(der))),
  root: (chain) => chain,
}
