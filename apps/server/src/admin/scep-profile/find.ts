import type { Configuration, ScepProfile } from '@chancery/ra'
import { type Asking, requireReach } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'

const NONE_WITH_UUID = 'There is no SCEP profile with this UUID.'

/** One that the caller's right reaches. @throws {AdminRefusal} 404, 403 */
export function scepProfileInReach(asking: Asking, configuration: Configuration, uuid: string): ScepProfile {
  return inReach(asking, findScepProfile(configuration, uuid), NONE_WITH_UUID)
}

/** @throws {AdminRefusal} 404, 403 */
export function scepProfileInReachByName(asking: Asking, configuration: Configuration, name: string): ScepProfile {
  return inReach(asking, findScepProfileByName(configuration, name), noneWithName().message)
}

function inReach(asking: Asking, profile: ScepProfile, missing: string): ScepProfile {
  requireReach(asking, 'scepProfile.read', { scepProfile: profile.name }, missing)
  return profile
}

/** @throws {AdminRefusal} 404 */
export function findScepProfile(configuration: Configuration, uuid: string): ScepProfile {
  const profile = configuration.scepProfiles.find((candidate) => candidate.uuid === uuid.toLowerCase())
  if (profile === undefined) throw new AdminRefusal(404, [NONE_WITH_UUID])
  return profile
}

/** @throws {AdminRefusal} 404 */
export function findScepProfileByName(configuration: Configuration, name: string): ScepProfile {
  const profile = configuration.scepProfiles.find((candidate) => candidate.name === name)
  if (profile === undefined) throw noneWithName()
  return profile
}

export function noneWithName(): AdminRefusal {
  return new AdminRefusal(404, ['There is no SCEP profile with this name.'])
}
