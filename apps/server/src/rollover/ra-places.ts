import { type Name, parseCertificate } from '@chancery/pki'
import type { AuthorityRecord, Configuration, IssuerRecord } from '@chancery/ra'
import { scepProfilesOf } from './scep-profiles.ts'

export interface RaPlace {
  readonly scepProfileId: number
  /** `issuer`: the CA is its own RA. */
  readonly raSubject: Name | 'issuer'
}

/** Where an RA certificate is needed, by what the current CA has there; a profile that has none is served by nobody. */
export function raPlaces(configuration: Configuration, authority: AuthorityRecord, current: IssuerRecord): RaPlace[] {
  return scepProfilesOf(authority, configuration).flatMap(({ id: scepProfileId }) => {
    const ra = configuration.raCertificates.find(
      (one) => one.state === 'current' && one.scepProfileId === scepProfileId && one.issuerId === current.id,
    )
    if (ra === undefined) return []
    const isOwnRa = ra.certificate.equals(current.certificate)
    return [{ scepProfileId, raSubject: isOwnRa ? 'issuer' : parseCertificate(ra.certificate).subject }]
  })
}
