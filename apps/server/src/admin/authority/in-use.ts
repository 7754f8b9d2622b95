import type { AuthorityRecord, Configuration, RaProfile } from '@chancery/ra'

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
