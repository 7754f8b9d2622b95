import type { AuthorityRecord, Configuration, IssuerRecord, RaCertificateRecord, ScepProfile } from '@chancery/ra'

/** Where a SCEP profile needs an RA certificate: at each CA that issues what is asked at its endpoints. */
export interface RaPlace {
  readonly scepProfile: ScepProfile
  readonly authority: AuthorityRecord
  readonly issuer: IssuerRecord
}

/** The current and the next CA of each authority to which its own URL leads, or that of an RA profile it is activated for. */
export function raPlaces(configuration: Configuration): RaPlace[] {
  const { scepProfiles, raProfiles, authorities } = configuration
  return scepProfiles.flatMap((scepProfile) => {
    const { id, defaultRaProfileId } = scepProfile
    const leadsTo = new Set(
      raProfiles
        .filter((one) => one.id === defaultRaProfileId || one.scepProfileId === id)
        .map((one) => one.authorityId),
    )
    return authorities
      .filter((authority) => leadsTo.has(authority.id))
      .flatMap((authority) =>
        issuingGenerations(authority, configuration).map((issuer) => ({ scepProfile, authority, issuer })),
      )
  })
}

/** The current one first. */
export function issuingGenerations({ id }: AuthorityRecord, { issuers }: Configuration): IssuerRecord[] {
  const own = issuers.filter(({ authorityId }) => authorityId === id)
  return (['current', 'next'] as const).flatMap((state) => own.find((one) => one.state === state) ?? [])
}

/** What opens messages there now; not one that is only published yet, nor a retired one. */
export function raCertificateAt(
  { scepProfile, issuer }: Pick<RaPlace, 'scepProfile' | 'issuer'>,
  { raCertificates }: Configuration,
): RaCertificateRecord | undefined {
  return raCertificates.find(
    ({ state, scepProfileId, issuerId }) =>
      state === 'current' && scepProfileId === scepProfile.id && issuerId === issuer.id,
  )
}

/** The same place in two versions of a configuration, in which what is not written yet has no number of its own. */
export function placeName({ scepProfile, authority, issuer }: RaPlace): string {
  return `${scepProfile.uuid} ${authority.uuid} ${issuer.generation}`
}
