import type { NotDeleted } from '@chancery/api'
import type { Configuration, ConfigurationEdit, RaProfile, ScepProfile } from '@chancery/ra'
import { AdminRefusal } from '../admin-refusal.ts'
import { findScepProfile } from './find.ts'

/** @throws {AdminRefusal} 404; 422 naming the RA profiles that use it */
export function decideDelete(configuration: Configuration, uuid: string): ConfigurationEdit[] {
  const profile = findScepProfile(configuration, uuid)
  const used = whyUsed(profile, configuration)
  if (used !== undefined) throw new AdminRefusal(422, [used])
  return [{ edit: 'deleteScepProfile', uuid: profile.uuid }]
}

export interface Deletions {
  readonly edits: readonly ConfigurationEdit[]
  readonly failed: readonly NotDeleted[]
}

/**
 * Several at once: those that can be deleted are, the others are told.
 * @param force SCEP is switched off first for the RA profiles that use them
 */
export function decideDeletions(configuration: Configuration, uuids: readonly string[], force: boolean): Deletions {
  const edits: ConfigurationEdit[] = []
  const failed: NotDeleted[] = []
  for (const uuid of new Set(uuids.map((one) => one.toLowerCase()))) {
    const profile = configuration.scepProfiles.find((one) => one.uuid === uuid)
    const why = profile === undefined ? NOT_THERE : force ? undefined : whyUsed(profile, configuration)
    if (profile === undefined || why !== undefined) {
      failed.push({ uuid, name: profile?.name ?? null, message: why ?? NOT_THERE })
      continue
    }
    for (const { uuid: raProfile } of usersOf(profile, configuration)) {
      edits.push({ edit: 'setRaProfile', uuid: raProfile, change: { scepProfileUuid: null } })
    }
    edits.push({ edit: 'deleteScepProfile', uuid })
  }
  return { edits, failed }
}

const NOT_THERE = 'There is no SCEP profile with this UUID.'

function usersOf({ id }: ScepProfile, { raProfiles }: Configuration): RaProfile[] {
  return raProfiles.filter(({ scepProfileId }) => scepProfileId === id)
}

function whyUsed(profile: ScepProfile, configuration: Configuration): string | undefined {
  const users = usersOf(profile, configuration).map(({ name }) => `"${name}"`)
  if (users.length === 0) return undefined
  return `SCEP profile "${profile.name}" is used: SCEP is switched on with it for RA profile ${users.join(', ')}. Switch it off there first.`
}
