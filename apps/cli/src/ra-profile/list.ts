import { listRaProfiles, type RaProfile } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { tableLines } from '../terminal/table.ts'
import type { VerbDefinition } from '../verb.ts'

interface ListOptions {
  readonly server?: string
}

export const listRaProfilesVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list the RA profiles',
  description: 'Lists the RA profiles, one a line: authority, and whether SCEP is switched on.',
  options: [serverOption()],
  examples: ['chancery ra-profile list', 'chancery ra-profile list --json'],
  next: '"chancery ra-profile show NAME" has everything about one.',
  async run({ server, json }, terminal) {
    const profiles = await (await connect(server, terminal)).call(listRaProfiles, {})
    if (json) terminal.out(`${JSON.stringify(profiles, null, 2)}\n`)
    else for (const line of tableLines(COLUMNS, profiles.map(row))) terminal.out(`${line}\n`)
    return EXIT.ok.code
  },
}

const COLUMNS = ['NAME', 'AUTHORITY', 'STATE', 'PROTOCOLS', 'DESCRIPTION']

function row({ name, authorityInstanceName, enabled, enabledProtocols, description }: RaProfile): string[] {
  const protocols = enabledProtocols.length === 0 ? '-' : enabledProtocols.join(', ')
  return [name, authorityInstanceName, enabled ? 'enabled' : 'disabled', protocols, description ?? '']
}
