import type { RaProfileCreate, RaProfileUpdate } from '@chancery/api'
import { type Configuration, type ConfigurationEdit, type RaProfile, type RaProfileChange, uuidV7 } from '@chancery/ra'
import { type Asking, narrowToSeen } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { findAuthority } from '../authority/change.ts'
import { authorityOf, raProfileInReach } from './find.ts'
import { BLANK_RA_PROFILE, raProfileChange, raProfileFaults } from './settings.ts'
import { shapingFaults } from './shaping.ts'

export interface CreatedRaProfile {
  readonly uuid: string
  readonly edits: readonly ConfigurationEdit[]
}

/** @throws {AdminRefusal} 422 with every fault; 404 for the authority; 409 where the name is taken */
export function decideRaProfileCreate(
  configuration: Configuration,
  authorityUuid: string,
  { name, ...settings }: RaProfileCreate,
  now: Date,
): CreatedRaProfile {
  const authority = findAuthority(configuration, authorityUuid)
  refuse(raProfileFaults(BLANK_RA_PROFILE, settings, now))
  if (configuration.raProfiles.some((one) => one.name === name)) {
    throw new AdminRefusal(409, [`There is an RA profile "${name}" already.`])
  }
  const uuid = uuidV7(now)
  const { authorityUuid: _, scepProfileUuid: __, ...change } = raProfileChange(BLANK_RA_PROFILE, settings)
  const raProfile = {
    ...BLANK_RA_PROFILE,
    ...change,
    uuid,
    name,
    authorityUuid: authority.uuid,
    scepProfileUuid: null,
  }
  refuse(shapingFaults(raProfile, authority))
  return { uuid, edits: [{ edit: 'addRaProfile', raProfile }] }
}

/** @throws {AdminRefusal} 422 with every fault */
export function decideRaProfileUpdate(
  profile: RaProfile,
  configuration: Configuration,
  { authorityUuid, ...settings }: RaProfileUpdate,
  now: Date,
): ConfigurationEdit[] {
  const wanted = authorityUuid?.toLowerCase()
  const isKnown = wanted === undefined || configuration.authorities.some(({ uuid }) => uuid === wanted)
  refuse([...(isKnown ? [] : ['authorityUuid is of no authority.']), ...raProfileFaults(profile, settings, now)])
  const moves = wanted !== undefined && wanted !== authorityOf(profile, configuration).uuid
  const change: RaProfileChange = {
    ...raProfileChange(profile, settings),
    ...(moves && { authorityUuid: wanted }),
  }
  const authority = moves ? findAuthority(configuration, wanted) : authorityOf(profile, configuration)
  refuse(shapingFaults({ ...profile, ...change }, authority))
  return Object.keys(change).length === 0 ? [] : [{ edit: 'setRaProfile', uuid: profile.uuid, change }]
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new AdminRefusal(422, faults)
}

/** @throws {AdminRefusal} 422 naming what uses it */
export function decideRaProfileDelete(profile: RaProfile, { scepProfiles }: Configuration): ConfigurationEdit[] {
  const leading = scepProfiles.filter(({ defaultRaProfileId }) => defaultRaProfileId === profile.id)
  const activated = scepProfiles.find(({ id }) => id === profile.scepProfileId)
  const uses = [
    ...(leading.length === 0
      ? []
      : [
          `RA profile "${profile.name}" is used: it is the default RA profile of SCEP profile ${leading.map(({ name }) => `"${name}"`).join(', ')}. Choose another one there first.`,
        ]),
    ...(activated === undefined
      ? []
      : [
          `RA profile "${profile.name}" is used: SCEP is switched on for it with SCEP profile "${activated.name}". Switch it off first.`,
        ]),
  ]
  if (uses.length > 0) throw new AdminRefusal(422, uses)
  return [{ edit: 'deleteRaProfile', uuid: profile.uuid }]
}

/** @throws {AdminRefusal} 404 naming each that is not there; 403 */
export function decideRaProfilesEnabled(
  asking: Asking,
  configuration: Configuration,
  uuids: readonly string[],
  enabled: boolean,
): ConfigurationEdit[] {
  const wanted = new Set(uuids.map((uuid) => uuid.toLowerCase()))
  const seen = narrowToSeen(asking, 'raProfile.read', configuration.raProfiles, ({ name }) => ({ raProfile: name }))
  const found = seen.filter(({ uuid }) => wanted.has(uuid))
  if (found.length < wanted.size) {
    const missing = [...wanted].filter((uuid) => !found.some((one) => one.uuid === uuid))
    throw new AdminRefusal(404, [`There is no RA profile with the UUID ${missing.join(', ')}.`])
  }
  return found
    .map(({ uuid }) => raProfileInReach(asking, configuration, uuid))
    .filter((one) => one.enabled !== enabled)
    .map(({ uuid }) => ({ edit: 'setRaProfile', uuid, change: { enabled } }))
}
