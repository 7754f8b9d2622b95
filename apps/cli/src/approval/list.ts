import { listApprovals } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { approvalLine } from './lines.ts'

interface ListOptions {
  readonly server?: string
  readonly profile?: string
  readonly unauthenticated?: true
  readonly decided?: true
  readonly after?: string
  readonly limit: string
}

export const listApprovalsVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list the requests that wait for a decision',
  description:
    'Lists requests that wait for a person, the oldest first: one line each, beginning with the UUID. Requests that nothing vouches for, neither a challenge nor a certificate, are in a list of their own, because anybody can fill it.',
  options: [
    new Option('--unauthenticated', 'those that nothing vouches for'),
    new Option('--decided', 'those decided upon, the newest first'),
    new Option('--profile <name>', 'of this SCEP profile only'),
    new Option('--after <uuid>', 'go on behind this one'),
    new Option('--limit <n>', 'so many').default('100'),
    serverOption(),
  ],
  examples: [
    'chancery approval list',
    'chancery approval list --unauthenticated --profile factory',
    'chancery approval list --decided --json',
  ],
  next: '"chancery approval show UUID" tells all about one, "approve" and "reject" decide.',
  async run({ server, profile, unauthenticated, decided, after, limit, json }, terminal) {
    const client = await connect(server, terminal)
    const query = {
      state: decided ? ('decided' as const) : ('open' as const),
      authenticated: unauthenticated ? ('false' as const) : ('true' as const),
      itemsPerPage: limit,
      ...(profile !== undefined && { profile }),
      ...(after !== undefined && { after }),
    }
    const { approvals, waiting } = await client.call(listApprovals, { query })
    if (json) {
      terminal.out(`${JSON.stringify({ approvals, waiting }, null, 2)}\n`)
      return EXIT.ok.code
    }
    for (const approval of approvals) terminal.out(`${approvalLine(approval)}\n`)
    const others = unauthenticated ? waiting.authenticated : waiting.unauthenticated
    const which = unauthenticated ? 'with something that vouches for them' : 'that nothing vouches for'
    if (others > 0 && !decided) {
      terminal.err(
        `There are ${others} more ${which}: chancery approval list${unauthenticated ? '' : ' --unauthenticated'}\n`,
      )
    }
    return EXIT.ok.code
  },
}
