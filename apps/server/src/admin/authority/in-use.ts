import type { AuthorityRecord, Configuration, RaProfile, ScepProfile } from '@chancery/ra'

/** What disabling an authority means for devices, one sentence each. */
export function consequencesOfDisabling(authority: AuthorityRecord, configuration: Configuration): string[] {
  if (!authority.enabled) return []
  return raProfilesOf(authority, configuration)
    .filter(({ enabled }) => enabled)
    .flatMap((raProfile) => {
      const names = scepProfilesLeadingTo(raProfile, configuration).map(({ name }) => `"${name}"`)
      if (names.length === 0) return []
      const what = `${names.length === 1 ? 'SCEP profile' : 'SCEP profiles'} ${names.join(', ')}`
      return [`Devices of RA profile "${raProfile.name}" (${what}) can neither enrol nor renew, and get HTTP 403.`]
    })
}

/** Why it cannot be deleted. @param hasIssued whether a device has a certificate of it, or is about to get one */
export function deletionFaults(authority: AuthorityRecord, configuration: Configuration, hasIssued: boolean): string[] {
  const uses = raProfilesOf(authority, configuration).map(
    ({ name }) => `RA profile "${name}" uses the authority: delete the profile, or give it another authority, first.`,
  )
  return hasIssued ? [...uses, HAS_ISSUED] : uses
}

const HAS_ISSUED =
  'Devices have certificates of the authority, or are about to get some, so its CRL must go on: disable it instead.'

/** What deleting an authority means, when nothing stands against it. */
export function consequencesOfDeletion({ id, requestedCsr }: AuthorityRecord, { issuers }: Configuration): string[] {
  const has = issuers.some(({ authorityId, privateKey }) => authorityId === id && privateKey.kind === 'software')
  return [
    ...(has ? ['Its CA keys are destroyed, and its CRL and CA certificates are published no more.'] : []),
    ...(requestedCsr === undefined ? [] : ['The key that waits for its certificate is destroyed.']),
  ]
}

function raProfilesOf({ id }: AuthorityRecord, { raProfiles }: Configuration): RaProfile[] {
  return raProfiles.filter(({ authorityId }) => authorityId === id)
}

function scepProfilesLeadingTo(raProfile: RaProfile, { scepProfiles }: Configuration): ScepProfile[] {
  return scepProfiles.filter(
    ({ id, enabled, defaultRaProfileId }) =>
      enabled && (defaultRaProfileId === raProfile.id || raProfile.scepProfileId === id),
  )
}
