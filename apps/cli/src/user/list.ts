import { listUsers } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { userTable } from './lines.ts'

interface ListOptions {
  readonly server?: string
  readonly all?: true
  readonly limit: string
  readonly cursor?: string
}

export const listUsersVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list the people who administer',
  description: 'Lists users: what each may do, how each signs in, and when that was last done.',
  options: [
    new Option('--all', 'also those that were deleted'),
    new Option('--limit <n>', 'so many').default('100'),
    new Option('--cursor <text>', 'go on where the list before ended'),
    serverOption(),
  ],
  examples: ['chancery user list', 'chancery user list --all --json'],
  next: '"chancery user show NAME" tells all about one.',
  async run({ server, all, limit, cursor, json }, terminal) {
    const query = {
      itemsPerPage: limit,
      ...(all && { deleted: 'true' as const }),
      ...(cursor !== undefined && { cursor }),
    }
    const page = await (await connect(server, terminal)).call(listUsers, { query })
    if (json) {
      terminal.out(`${JSON.stringify(page, null, 2)}\n`)
      return EXIT.ok.code
    }
    for (const line of userTable(page.users)) terminal.out(`${line}\n`)
    if (page.nextCursor !== null) terminal.err(`There are more: chancery user list --cursor ${page.nextCursor}\n`)
    return EXIT.ok.code
  },
}
