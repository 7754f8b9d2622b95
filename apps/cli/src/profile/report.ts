import { type Client, getScepProfile } from '@chancery/api'
import { EXIT } from '../exit-code.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** What became of a profile, in a sentence, and what keeps it from being served. */
export async function reportProfile(
  client: Client,
  uuid: string,
  became: string,
  { json }: { readonly json?: true | undefined },
  terminal: Terminal,
): Promise<number> {
  const profile = await client.call(getScepProfile, { params: { uuid } })
  if (json) terminal.out(`${JSON.stringify(profile, null, 2)}\n`)
  else terminal.out(`SCEP profile ${profile.name} ${became}.\n`)
  for (const problem of profile.problems) terminal.err(`not served: ${problem}\n`)
  return EXIT.ok.code
}
