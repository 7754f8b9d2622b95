import type { Consequences } from '@chancery/api'
import { applyEdits, type Configuration, type ConfigurationEdit } from '@chancery/ra'
import { adminEvent } from '../audit/admin-event.ts'
import { configurationDeeds } from '../audit/configuration-deeds.ts'
import type { Caller } from '../auth/caller.ts'
import type { ServerContext } from '../context.ts'
import { missingRaCertificates } from '../ra-certificates/missing.ts'
import { AdminRefusal } from './admin-refusal.ts'
import { consequencesOf } from './consequences.ts'
import { newContradictions } from './intune/contradictions.ts'

/** What is to become of the configuration, decided from one version of it. */
export interface ConfigurationChange {
  /** None: nothing is written. */
  readonly edits: readonly ConfigurationEdit[]
  /** One line of the log: what, and of which row; no secret. */
  readonly log: { readonly what: string } & Readonly<Record<string, unknown>>
}

export type DecideChange = (configuration: Configuration) => Promise<ConfigurationChange> | ConfigurationChange

export type ChangeContext = Pick<ServerContext, 'snapshots' | 'store' | 'log' | 'now' | 'config'>

const ATTEMPTS = 3

/**
 * Reads, decides and writes in one version; the write is conditional on the version that was read, so that nothing is
 * decided about settings that somebody else has just changed (design, rule 10). `decide` may run again. Where the change
 * makes an endpoint lead to an authority for which its SCEP profile has no RA certificate, one is issued in the same commit.
 * @returns the configuration after the change
 * @throws {AdminRefusal} what `decide` throws, or 409
 */
export async function changeConfiguration(
  context: ChangeContext,
  caller: Caller,
  decide: DecideChange,
): Promise<Configuration> {
  const { snapshots, store, log, now } = context
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { configuration } = attempt === 0 ? await snapshots.current() : await snapshots.refresh()
    const { edits, line, after, consequences } = await workOut(context, configuration, decide, false)
    if (edits.length === 0) return configuration
    const events = configurationDeeds(configuration, after, consequences).map((deed) => adminEvent(caller, now(), deed))
    const outcome = await store.configuration.edit(edits, configuration.version, undefined, events)
    if (outcome.status !== 'changed') continue
    const { what, ...fields } = line
    log.info({ ...fields, version: outcome.version, caller: caller.name }, what)
    for (const consequence of consequences) {
      log.warn({ version: outcome.version, caller: caller.name, consequence }, 'running clients are affected')
    }
    return (await snapshots.refresh()).configuration
  }
  throw new AdminRefusal(409, ['Somebody else is changing the configuration at this moment. Try again.'])
}

/** For a route that answers nothing: null once the change is made; of a dry run what it would mean. */
export async function changeOrTell(
  context: ChangeContext,
  caller: Caller,
  { dryRun }: { readonly dryRun?: 'true' | 'false' },
  decide: DecideChange,
): Promise<Consequences | null> {
  if (dryRun === 'true') {
    const { consequences } = await foretell(context, (await context.snapshots.current()).configuration, decide)
    return { consequences: [...consequences] }
  }
  await changeConfiguration(context, caller, decide)
  return null
}

/** What a change would do, and nothing of it done. */
export interface Foretold {
  /** With the RA certificates that it makes necessary. */
  readonly edits: readonly ConfigurationEdit[]
  readonly line: ConfigurationChange['log']
  /** Rows that are not in the store have negative ids. */
  readonly after: Configuration
  readonly consequences: readonly string[]
}

/** @throws {AdminRefusal} what `decide` throws, or 409 where an RA certificate that would be needed cannot be had */
export function foretell(
  context: Pick<ChangeContext, 'config' | 'now'>,
  before: Configuration,
  decide: DecideChange,
): Promise<Foretold> {
  return workOut(context, before, decide, true)
}

async function workOut(
  { config, now }: Pick<ChangeContext, 'config' | 'now'>,
  before: Configuration,
  decide: DecideChange,
  isDryRun: boolean,
): Promise<Foretold> {
  const { edits: decided, log: line } = await decide(before)
  const time = now()
  const made = applyEdits(before, decided, time)
  const missing = await missingRaCertificates(made, { publicUrl: config.publicUrl, now: time, isDryRun }, before)
  if (missing.refused.length > 0) throw new AdminRefusal(409, missing.refused)
  const after = applyEdits(made, missing.edits, time)
  const contradictions = newContradictions(before, after)
  if (contradictions.length > 0) throw new AdminRefusal(422, contradictions)
  return { edits: [...decided, ...missing.edits], line, after, consequences: consequencesOf(before, after, time) }
}
