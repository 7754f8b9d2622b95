import type { Configuration, ScepProfile, ScepProfileChange } from '@chancery/ra'
import type { Caller } from '../../auth/caller.ts'
import type { ServerContext } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { findScepProfile } from './find.ts'

export interface Changed {
  readonly profile: ScepProfile
  readonly configuration: Configuration
}

const ATTEMPTS = 3

/**
 * Reads, decides and writes a SCEP profile; the write is conditional on the version that was read, so a decision is never
 * made about settings that somebody else has just changed (design, rule 10).
 */
export async function changeScepProfile(
  context: ServerContext,
  uuid: string,
  caller: Caller,
  decide: (profile: ScepProfile, configuration: Configuration) => ScepProfileChange,
): Promise<Changed> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { configuration } = attempt === 0 ? await context.snapshots.current() : await context.snapshots.refresh()
    const before = findScepProfile(configuration, uuid)
    const change = decide(before, configuration)
    const fields = Object.keys(change)
    if (fields.length === 0) return { profile: before, configuration }
    const outcome = await context.store.configuration.updateScepProfile(before.uuid, change, configuration.version)
    if (outcome.status !== 'changed') continue
    context.log.info({ scepProfile: before.name, fields, caller: caller.name }, 'SCEP profile changed')
    const after = (await context.snapshots.refresh()).configuration
    return { profile: findScepProfile(after, uuid), configuration: after }
  }
  throw new AdminRefusal(409, ['Somebody else is changing the configuration at this moment. Try again.'])
}
