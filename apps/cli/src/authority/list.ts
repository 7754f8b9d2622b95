import { listAuthorities } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { summaryLine } from './lines.ts'

interface ListOptions {
  readonly server?: string
}

export const listAuthoritiesVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list the authorities and their CAs',
  description: 'Lists the authorities, one a line: name, current CA and its end, and whether a next CA is prepared.',
  options: [serverOption()],
  examples: ['chancery authority list', 'chancery authority list --json'],
  next: '"chancery authority show" has fingerprints, keys and former CAs.',
  async run({ server, json }, terminal) {
    const authorities = await (await connect(server, terminal)).call(listAuthorities, {})
    if (json) terminal.out(`${JSON.stringify(authorities, null, 2)}\n`)
    else for (const authority of authorities) terminal.out(`${summaryLine(authority)}\n`)
    return EXIT.ok.code
  },
}
