import { parseCertificate } from '@chancery/pki'
import type { Endpoint, IssuerRecord, RaCertificateRecord, ScepProfile } from '@chancery/ra'
import type { CompatibilitySwitches } from '@chancery/scep'
import type { Service } from '../context.ts'
import type { ReadyAuthority } from './authorities.ts'

/**
 * What a message gets that was enveloped to an RA certificate. The CA that it belongs to issues, the next one too
 * (RFC 8894 §5.1); for one that issues no more the current one does.
 * @param common what is the same whichever RA certificate was addressed
 */
export function serviceAt(
  { issuerId }: RaCertificateRecord,
  common: Omit<Endpoint, 'authority' | 'issuerNames' | 'olderIssuerIds'>,
  { current, next, issuers }: ReadyAuthority,
  switches: CompatibilitySwitches,
): Service {
  const { authority, record } = issuerId === next?.record.id ? next : current
  const addressed = issuers.find(({ id }) => id === issuerId)?.generation ?? 0
  const older = issuers.filter(({ generation }) => generation < addressed).map(({ id }) => id)
  return {
    endpoint: { ...common, authority, issuerNames: issuerNames(record, issuers), olderIssuerIds: new Set(older) },
    certificatesAbove: certificatesAbove(certRepCertificates(common.scepProfile, switches), record),
  }
}

/** The one that issues first: generations may have one name. */
function issuerNames(issuing: IssuerRecord, issuers: readonly IssuerRecord[]): Endpoint['issuerNames'] {
  const others = issuers.filter((one) => one !== issuing).toSorted((a, b) => b.generation - a.generation)
  return new Map([issuing, ...others].map(({ id, certificate }) => [id, parseCertificate(certificate).subject]))
}

type CertRepCertificates = CompatibilitySwitches['certRepCertificates'] | 'chain'

/** What the profile says itself wins over the switch, and the chain over the CA certificate alone. */
function certRepCertificates(
  { includeCaCertificate, includeCaCertificateChain }: ScepProfile,
  switches: CompatibilitySwitches,
): CertRepCertificates {
  if (includeCaCertificateChain) return 'chain'
  return includeCaCertificate ? 'ca' : switches.certRepCertificates
}

function certificatesAbove(content: CertRepCertificates, { certificate, chain }: IssuerRecord): readonly Buffer[] {
  switch (content) {
    case 'alone':
      return []
    case 'ca':
      return [certificate]
    case 'chain':
      return [certificate, ...chain]
  }
}
