import type { ScepProfile as ScepProfileWire } from '@chancery/api'
import type { Configuration, ConfigurationEdit, ScepProfile, ScepProfileChange } from '@chancery/ra'
import type { Asking } from '../../auth/reach.ts'
import type { ServerContext } from '../../context.ts'
import { changeConfiguration, type DecideChange, foretell } from '../change-configuration.ts'
import { withinReach } from '../within-reach.ts'
import { findScepProfile, scepProfileInReach } from './find.ts'
import { scepProfileToWire } from './to-wire.ts'

export interface Changed {
  readonly profile: ScepProfile
  readonly configuration: Configuration
}

/** Changes one SCEP profile. */
export async function changeScepProfile(
  context: ServerContext,
  uuid: string,
  asking: Asking,
  decide: (profile: ScepProfile, configuration: Configuration) => ScepProfileChange,
): Promise<Changed> {
  const configuration = await changeConfiguration(context, asking.caller, (before) => {
    const profile = scepProfileInReach(asking, before, uuid)
    const change = decide(profile, before)
    const fields = Object.keys(change)
    return {
      edits: fields.length === 0 ? [] : [{ edit: 'setScepProfile', uuid: profile.uuid, change }],
      log: { what: 'SCEP profile changed', scepProfile: profile.name, fields },
    }
  })
  return { profile: findScepProfile(configuration, uuid), configuration }
}

export interface EditedProfile {
  readonly uuid: string
  readonly edits: (profile: ScepProfile, configuration: Configuration) => Promise<readonly ConfigurationEdit[]>
  /** Names of what was sent, for the log. */
  readonly fields: readonly string[]
  readonly dryRun: boolean
}

/** Changes one SCEP profile and what belongs to it; with a dry run it only tells what would be, and what it would mean. */
export async function editScepProfile(
  context: ServerContext,
  asking: Asking,
  { uuid, edits, fields, dryRun }: EditedProfile,
): Promise<ScepProfileWire> {
  const decide: DecideChange = withinReach(asking, async (before) => {
    const profile = scepProfileInReach(asking, before, uuid)
    return {
      edits: await edits(profile, before),
      log: { what: 'SCEP profile changed', scepProfile: profile.name, fields },
    }
  })
  const view = { baseUrl: context.baseUrl(), now: context.now() }
  if (!dryRun) {
    await changeConfiguration(context, asking.caller, decide)
    const snapshot = await context.snapshots.current()
    return scepProfileToWire(findScepProfile(snapshot.configuration, uuid), snapshot, view)
  }
  const { after, consequences } = await foretell(context, (await context.snapshots.current()).configuration, decide)
  const wire = scepProfileToWire(findScepProfile(after, uuid), context.snapshots.foretell(after), view)
  return { ...wire, consequences: [...consequences] }
}
