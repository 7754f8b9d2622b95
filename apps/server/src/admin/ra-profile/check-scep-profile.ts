import type { Configuration, RaProfile, ScepProfile } from '@chancery/ra'
import { type Asking, reaches } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { BLANK_SCEP_PROFILE } from '../scep-profile/blank.ts'

/**
 * The SCEP profile whose rules count in a check: the one named; else the one with which SCEP is switched on, or that leads to
 * the RA profile; else one that knows no rules but the usual ones.
 * @throws {AdminRefusal} 422 when the one named is not there for this caller
 */
export function scepProfileToCheck(
  asking: Asking,
  { scepProfiles }: Configuration,
  raProfile: RaProfile,
  uuid: string | undefined,
): ScepProfile {
  if (uuid === undefined) {
    const own = scepProfiles.find(({ id }) => id === raProfile.scepProfileId)
    return own ?? scepProfiles.find(({ defaultRaProfileId }) => defaultRaProfileId === raProfile.id) ?? USUAL
  }
  const named = scepProfiles.find((candidate) => candidate.uuid === uuid.toLowerCase())
  if (named === undefined || !reaches(asking, { scepProfile: named.name }))
    throw new AdminRefusal(422, ['scepProfileUuid is of no SCEP profile.'])
  return named
}

/** No challenge is looked at in a check. */
const USUAL: ScepProfile = { ...BLANK_SCEP_PROFILE, challengeKind: 'none' }
