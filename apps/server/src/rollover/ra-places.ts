import { type Name, nameFromText, parseCertificate } from '@chancery/pki'
import type { AuthorityRecord, Configuration, IssuerRecord } from '@chancery/ra'
import { scepProfilesOf } from './scep-profiles.ts'

export interface RaPlace {
  readonly scepProfileId: number
  readonly scepProfileUuid: string
  /** `issuer`: the CA is its own RA. */
  readonly raSubject: Name | 'issuer'
}

/** Where an RA certificate is needed, by what the current CA has there; a profile that has none is served by nobody. */
export function raPlaces(configuration: Configuration, authority: AuthorityRecord, current: IssuerRecord): RaPlace[] {
  return scepProfilesOf(authority, configuration).flatMap(({ id: scepProfileId, uuid: scepProfileUuid }) => {
    const ra = configuration.raCertificates.find(
      (one) => one.state === 'current' && one.scepProfileId === scepProfileId && one.issuerId === current.id,
    )
    if (ra === undefined) return []
    const isOwnRa = ra.certificate.equals(current.certificate)
    return [
      { scepProfileId, scepProfileUuid, raSubject: isOwnRa ? 'issuer' : parseCertificate(ra.certificate).subject },
    ]
  })
}

/** For the first CA of an authority: profiles that led to it while it had none. */
export function firstRaPlaces(configuration: Configuration, authority: AuthorityRecord): RaPlace[] {
  return scepProfilesOf(authority, configuration).map(({ id: scepProfileId, uuid: scepProfileUuid, name }) => ({
    scepProfileId,
    scepProfileUuid,
    raSubject: nameFromText(`CN=${name} RA`),
  }))
}
