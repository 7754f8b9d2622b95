import type { Configuration, WaitingRequest } from '@chancery/ra'
import type { Belongs } from '../../auth/reach.ts'

/** The profiles that a request waits under, as far as they are still there. */
export function profilesOf(
  { scepProfileId, raProfileId }: Pick<WaitingRequest, 'scepProfileId' | 'raProfileId'>,
  { scepProfiles, raProfiles }: Configuration,
): Belongs {
  return {
    scepProfile: scepProfiles.find(({ id }) => id === scepProfileId)?.name,
    raProfile: raProfiles.find(({ id }) => id === raProfileId)?.name,
  }
}
