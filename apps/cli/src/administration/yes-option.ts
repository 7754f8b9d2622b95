import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface YesOption {
  readonly yes?: true | undefined
}

/** On every verb that may strand clients that are running. */
export function yesOption(): Option {
  return new Option('--yes', 'do it although clients that are running are affected')
}

/**
 * A change that nobody is affected by goes on. One that strands clients is told first, and made only where it is insisted
 * upon.
 * @param dryRun what the server says the change would mean
 * @throws {CliFailure} without --yes; nothing was changed
 */
export async function insist(
  { yes }: YesOption,
  terminal: Terminal,
  dryRun: () => Promise<{ readonly consequences?: readonly string[] | undefined } | null>,
): Promise<void> {
  const consequences = (await dryRun())?.consequences ?? []
  for (const sentence of consequences) terminal.err(`warning: ${sentence}\n`)
  if (consequences.length === 0 || yes) return
  throw new CliFailure('failed', 'Nothing was changed, because clients that are running are affected.', {
    nextStep: 'Add --yes to do it all the same.',
    fields: { consequences },
  })
}
