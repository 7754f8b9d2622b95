import type { Configuration, ConfigurationEdit } from '@chancery/ra'
import type { Caller } from '../auth/caller.ts'
import type { ServerContext } from '../context.ts'
import { AdminRefusal } from './admin-refusal.ts'

/** What is to become of the configuration, decided from one version of it. */
export interface ConfigurationChange {
  /** None: nothing is written. */
  readonly edits: readonly ConfigurationEdit[]
  /** One line of the log: what, and of which row; no secret. */
  readonly log: { readonly what: string } & Readonly<Record<string, unknown>>
}

const ATTEMPTS = 3

/**
 * Reads, decides and writes in one version; the write is conditional on the version that was read, so that nothing is
 * decided about settings that somebody else has just changed (design, rule 10). `decide` may run again.
 * @returns the configuration after the change
 * @throws {AdminRefusal} what `decide` throws, or 409
 */
export async function changeConfiguration(
  context: Pick<ServerContext, 'snapshots' | 'store' | 'log'>,
  caller: Caller,
  decide: (configuration: Configuration) => Promise<ConfigurationChange> | ConfigurationChange,
): Promise<Configuration> {
  const { snapshots, store, log } = context
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { configuration } = attempt === 0 ? await snapshots.current() : await snapshots.refresh()
    const { edits, log: line } = await decide(configuration)
    if (edits.length === 0) return configuration
    const outcome = await store.configuration.edit(edits, configuration.version)
    if (outcome.status !== 'changed') continue
    const { what, ...fields } = line
    log.info({ ...fields, version: outcome.version, caller: caller.name }, what)
    return (await snapshots.refresh()).configuration
  }
  throw new AdminRefusal(409, ['Somebody else is changing the configuration at this moment. Try again.'])
}
