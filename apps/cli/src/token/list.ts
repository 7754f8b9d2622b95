import { listTokens } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { tokenTable } from './lines.ts'

interface ListOptions {
  readonly server?: string
  readonly all?: true
}

export const listTokensVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list the API tokens',
  description:
    'Lists the API tokens that open something: name, role, until when, when last used (to the minute), who made it. The tokens themselves are not kept.',
  options: [new Option('--all', 'also those that are expired or revoked'), serverOption()],
  examples: ['chancery token list', 'chancery token list --all --json'],
  next: '"chancery token revoke NAME" ends one at once.',
  async run({ server, all, json }, terminal) {
    const tokens = await (await connect(server, terminal)).call(listTokens, {})
    const shown = all ? tokens : tokens.filter(({ state }) => state === 'usable')
    if (json) {
      terminal.out(`${JSON.stringify(shown, null, 2)}\n`)
      return EXIT.ok.code
    }
    for (const line of tokenTable(shown)) terminal.out(`${line}\n`)
    const hidden = tokens.length - shown.length
    if (hidden > 0) terminal.err(`${hidden} more are expired or revoked: chancery token list --all\n`)
    return EXIT.ok.code
  },
}
