import type { RaProfileUpdate, RaProfile as RaProfileWire } from '@chancery/api'
import type { Configuration, RaProfile } from '@chancery/ra'
import type { Caller } from '../../auth/caller.ts'
import type { ServerContext } from '../../context.ts'
import { changeConfiguration, type DecideChange, foretell } from '../change-configuration.ts'
import { decideRaProfileDelete, decideRaProfilesEnabled, decideRaProfileUpdate } from './decide.ts'
import { findRaProfile } from './find.ts'
import { raProfileToWire } from './to-wire.ts'

/** Which RA profile is meant, wherever its address stands. @throws {AdminRefusal} 404 */
export type FindRaProfile = (configuration: Configuration) => RaProfile

/** With a dry run it only tells what would be, and what it would mean. */
export async function updateOne(
  context: ServerContext,
  caller: Caller,
  find: FindRaProfile,
  { body, dryRun }: { readonly body: RaProfileUpdate; readonly dryRun: boolean },
): Promise<RaProfileWire> {
  let uuid = ''
  const decide: DecideChange = (configuration) => {
    const profile = find(configuration)
    uuid = profile.uuid
    return {
      edits: decideRaProfileUpdate(profile, configuration, body, context.now()),
      log: { what: 'RA profile changed', raProfile: profile.name, fields: Object.keys(body) },
    }
  }
  if (!dryRun) {
    const changed = await changeConfiguration(context, caller, decide)
    return raProfileToWire(findRaProfile(changed, uuid), changed)
  }
  const { after, consequences } = await foretell(context, (await context.snapshots.current()).configuration, decide)
  return { ...raProfileToWire(findRaProfile(after, uuid), after), consequences: [...consequences] }
}

export async function deleteOne(context: ServerContext, caller: Caller, find: FindRaProfile): Promise<null> {
  await changeConfiguration(context, caller, (configuration) => {
    const profile = find(configuration)
    return {
      edits: decideRaProfileDelete(profile, configuration),
      log: { what: 'RA profile deleted', raProfile: profile.name },
    }
  })
  return null
}

/** @param which the UUIDs, of which each must be there */
export async function turn(
  context: ServerContext,
  caller: Caller,
  which: (configuration: Configuration) => readonly string[],
  enabled: boolean,
): Promise<null> {
  await changeConfiguration(context, caller, (configuration) => {
    const raProfiles = which(configuration)
    return {
      edits: decideRaProfilesEnabled(configuration, raProfiles, enabled),
      log: { what: enabled ? 'RA profiles enabled' : 'RA profiles disabled', raProfiles },
    }
  })
  return null
}
