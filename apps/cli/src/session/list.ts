import { listSessions, type Session } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { tableLines } from '../terminal/table.ts'
import type { VerbDefinition } from '../verb.ts'

interface ListOptions {
  readonly server?: string
  readonly user?: string
  readonly all?: true
  readonly limit: string
  readonly cursor?: string
}

export const listSessionsVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list who is signed in, from where',
  description: 'Lists sessions, the newest first: whose, how the person signed in, from where, when last used.',
  options: [
    new Option('--user <name>', 'of this user only'),
    new Option('--all', 'also those that are over, of the last 90 days'),
    new Option('--limit <n>', 'so many').default('100'),
    new Option('--cursor <text>', 'go on where the list before ended'),
    serverOption(),
  ],
  examples: ['chancery session list', 'chancery session list --user alice --all --json'],
  next: '"chancery session revoke UUID" ends one at once.',
  async run({ server, user, all, limit, cursor, json }, terminal) {
    const query = {
      itemsPerPage: limit,
      ...(user !== undefined && { user }),
      ...(all && { ended: 'true' as const }),
      ...(cursor !== undefined && { cursor }),
    }
    const page = await (await connect(server, terminal)).call(listSessions, { query })
    if (json) {
      terminal.out(`${JSON.stringify(page, null, 2)}\n`)
      return EXIT.ok.code
    }
    if (page.sessions.length > 0) terminal.out(`${tableLines(HEAD, page.sessions.map(cells)).join('\n')}\n`)
    if (page.nextCursor !== null) terminal.err(`There are more: chancery session list --cursor ${page.nextCursor}\n`)
    return EXIT.ok.code
  },
}

const HEAD = ['USER', 'STATE', 'BY', 'FROM', 'SINCE', 'LAST USED', 'UUID']

function cells({ user, state, method, source, createdAt, lastUsedAt, uuid }: Session): string[] {
  return [user, state, method, source ?? 'here', createdAt, lastUsedAt, uuid]
}
