import { listScepProfiles, type ScepProfile } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { tableLines } from '../terminal/table.ts'
import type { VerbDefinition } from '../verb.ts'

interface ListOptions {
  readonly server?: string
}

export const listProfilesVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list the SCEP profiles',
  description: 'Lists the SCEP profiles, one a line. * marks the one that answers /scep and the other usual addresses.',
  options: [serverOption()],
  examples: ['chancery profile list', 'chancery profile list --json'],
  next: '"chancery profile show NAME" has everything about one, also why it is not served.',
  async run({ server, json }, terminal) {
    const profiles = await (await connect(server, terminal)).call(listScepProfiles, {})
    if (json) terminal.out(`${JSON.stringify(profiles, null, 2)}\n`)
    else for (const line of tableLines(COLUMNS, profiles.map(row))) terminal.out(`${line}\n`)
    return EXIT.ok.code
  },
}

const COLUMNS = ['NAME', 'STATE', 'CHALLENGE', 'RA PROFILE', 'DESCRIPTION']

function row({ name, isDefault, enabled, problems, challengeKind, raProfile, description }: ScepProfile): string[] {
  const state = enabled ? (problems.length === 0 ? 'served' : 'has problems') : 'disabled'
  return [`${name}${isDefault ? ' *' : ''}`, state, challengeKind, raProfile?.name ?? '-', description ?? '']
}
