import type { Configuration, ScepProfile } from '@chancery/ra'
import { AdminRefusal } from '../admin-refusal.ts'

/** @throws {AdminRefusal} 404 */
export function findScepProfile(configuration: Configuration, uuid: string): ScepProfile {
  const profile = configuration.scepProfiles.find((candidate) => candidate.uuid === uuid.toLowerCase())
  if (profile === undefined) throw new AdminRefusal(404, ['There is no SCEP profile with this UUID.'])
  return profile
}

/** @throws {AdminRefusal} 404 */
export function findScepProfileByName(configuration: Configuration, name: string): ScepProfile {
  const profile = configuration.scepProfiles.find((candidate) => candidate.name === name)
  if (profile === undefined) throw new AdminRefusal(404, ['There is no SCEP profile with this name.'])
  return profile
}
