import type { AuthorityRecord, Configuration, RaProfile } from '@chancery/ra'
import { type Asking, requireReach } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { findAuthority } from '../authority/change.ts'

const NONE_WITH_UUID = 'There is no RA profile with this UUID.'

/** One that the caller's right reaches. @throws {AdminRefusal} 404, 403 */
export function raProfileInReach(asking: Asking, configuration: Configuration, uuid: string): RaProfile {
  const profile = findRaProfile(configuration, uuid)
  requireReach(asking, 'raProfile.read', { raProfile: profile.name }, NONE_WITH_UUID)
  return profile
}

/** Below the address of its authority; of one out of reach not even that is told. @throws {AdminRefusal} 404, 403 */
export function raProfileOfInReach(
  asking: Asking,
  configuration: Configuration,
  { authorityUuid, uuid }: { readonly authorityUuid: string; readonly uuid: string },
): RaProfile {
  raProfileInReach(asking, configuration, uuid)
  return findRaProfileOf(configuration, authorityUuid, uuid)
}

/** @throws {AdminRefusal} 404 */
export function findRaProfile(configuration: Configuration, uuid: string): RaProfile {
  const profile = configuration.raProfiles.find((candidate) => candidate.uuid === uuid.toLowerCase())
  if (profile === undefined) throw new AdminRefusal(404, [NONE_WITH_UUID])
  return profile
}

/** Below the address of an authority there are its own only. @throws {AdminRefusal} 404 */
export function findRaProfileOf(configuration: Configuration, authorityUuid: string, uuid: string): RaProfile {
  const authority = findAuthority(configuration, authorityUuid)
  const profile = findRaProfile(configuration, uuid)
  if (profile.authorityId === authority.id) return profile
  throw new AdminRefusal(404, [`Authority "${authority.name}" has no RA profile with this UUID.`])
}

export function authorityOf({ authorityId }: RaProfile, { authorities }: Configuration): AuthorityRecord {
  const authority = authorities.find(({ id }) => id === authorityId)
  if (authority === undefined) throw new TypeError(`no authority ${authorityId}`)
  return authority
}
