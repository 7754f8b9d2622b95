import type { AuthorityRecord, Configuration, ScepProfile } from '@chancery/ra'

/** The SCEP profiles whose endpoints lead to an authority: by their own URL, or by that of an RA profile. */
export function scepProfilesOf({ id }: AuthorityRecord, { scepProfiles, raProfiles }: Configuration): ScepProfile[] {
  const own = raProfiles.filter(({ authorityId }) => authorityId === id)
  return scepProfiles.filter((profile) =>
    own.some((raProfile) => raProfile.id === profile.defaultRaProfileId || raProfile.scepProfileId === profile.id),
  )
}
