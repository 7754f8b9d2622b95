import type { Configuration, ScepProfile, ScepProfileChange } from '@chancery/ra'
import type { Caller } from '../../auth/caller.ts'
import type { ServerContext } from '../../context.ts'
import { changeConfiguration } from '../change-configuration.ts'
import { findScepProfile } from './find.ts'

export interface Changed {
  readonly profile: ScepProfile
  readonly configuration: Configuration
}

/** Changes one SCEP profile. */
export async function changeScepProfile(
  context: ServerContext,
  uuid: string,
  caller: Caller,
  decide: (profile: ScepProfile, configuration: Configuration) => ScepProfileChange,
): Promise<Changed> {
  const configuration = await changeConfiguration(context, caller, (before) => {
    const profile = findScepProfile(before, uuid)
    const change = decide(profile, before)
    const fields = Object.keys(change)
    return {
      edits: fields.length === 0 ? [] : [{ edit: 'setScepProfile', uuid: profile.uuid, change }],
      log: { what: 'SCEP profile changed', scepProfile: profile.name, fields },
    }
  })
  return { profile: findScepProfile(configuration, uuid), configuration }
}
