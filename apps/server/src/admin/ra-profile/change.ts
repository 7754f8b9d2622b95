import type { RaProfileUpdate, RaProfile as RaProfileWire } from '@chancery/api'
import type { Configuration, RaProfile } from '@chancery/ra'
import type { Asking } from '../../auth/reach.ts'
import type { ServerContext } from '../../context.ts'
import { changeConfiguration, changeOrTell, type DecideChange, foretell } from '../change-configuration.ts'
import { withinReach } from '../within-reach.ts'
import { decideRaProfileDelete, decideRaProfilesEnabled, decideRaProfileUpdate } from './decide.ts'
import { findRaProfile } from './find.ts'
import { raProfileToWire } from './to-wire.ts'

/** Which RA profile is meant, wherever its address stands. @throws {AdminRefusal} 404 */
export type FindRaProfile = (configuration: Configuration) => RaProfile

/** With a dry run it only tells what would be, and what it would mean. */
export async function updateOne(
  context: ServerContext,
  asking: Asking,
  find: FindRaProfile,
  { body, dryRun }: { readonly body: RaProfileUpdate; readonly dryRun: boolean },
): Promise<RaProfileWire> {
  let uuid = ''
  const decide: DecideChange = withinReach(asking, (configuration) => {
    const profile = find(configuration)
    uuid = profile.uuid
    return {
      edits: decideRaProfileUpdate(profile, configuration, body, context.now()),
      log: { what: 'RA profile changed', raProfile: profile.name, fields: Object.keys(body) },
    }
  })
  if (!dryRun) {
    const changed = await changeConfiguration(context, asking.caller, decide)
    return raProfileToWire(findRaProfile(changed, uuid), changed)
  }
  const { after, consequences } = await foretell(context, (await context.snapshots.current()).configuration, decide)
  return { ...raProfileToWire(findRaProfile(after, uuid), after), consequences: [...consequences] }
}

export interface Asked extends Asking {
  readonly query: { readonly dryRun?: 'true' | 'false' }
}

export function deleteOne(context: ServerContext, { query, caller }: Asked, find: FindRaProfile) {
  return changeOrTell(context, caller, query, (configuration) => {
    const profile = find(configuration)
    return {
      edits: decideRaProfileDelete(profile, configuration),
      log: { what: 'RA profile deleted', raProfile: profile.name },
    }
  })
}

/** UUIDs, of which each must be there. */
export type Which = (configuration: Configuration) => readonly string[]

export async function enable(context: ServerContext, asking: Asking, which: Which): Promise<null> {
  await changeConfiguration(context, asking.caller, decideTurn(asking, which, true))
  return null
}

export function disable(context: ServerContext, { query, ...asking }: Asked, which: Which) {
  return changeOrTell(context, asking.caller, query, decideTurn(asking, which, false))
}

function decideTurn(asking: Asking, which: Which, enabled: boolean): DecideChange {
  return (configuration) => {
    const raProfiles = which(configuration)
    return {
      edits: decideRaProfilesEnabled(asking, configuration, raProfiles, enabled),
      log: { what: enabled ? 'RA profiles enabled' : 'RA profiles disabled', raProfiles },
    }
  }
}
