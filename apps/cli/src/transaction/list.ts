import { listTransactions, TRANSACTION_STATES, type TransactionStateName } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { transactionLine } from './lines.ts'

interface ListOptions {
  readonly server?: string
  readonly state?: TransactionStateName
  readonly transactionId?: string
  readonly subject?: string
  readonly scepProfile?: string
  readonly raProfile?: string
  readonly from?: string
  readonly to?: string
  readonly cursor?: string
  readonly limit: string
}

export const listTransactionsVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list SCEP transactions',
  description:
    'Lists SCEP transactions, the newest first: one line each, beginning with the UUID. A transaction is one enrolment, with all messages about it. All filters that are given must hold.',
  options: [
    new Option('--state <state>', 'that stand so').choices(Object.keys(TRANSACTION_STATES)),
    new Option('--transaction-id <id>', 'the transactionID that the device sent'),
    new Option('--subject <part>', 'whose subject has this in it'),
    new Option('--scep-profile <name>', 'of this SCEP profile'),
    new Option('--ra-profile <name>', 'of this RA profile'),
    new Option('--from <time>', 'begun from then on, such as 2026-03-01'),
    new Option('--to <time>', 'begun before'),
    new Option('--cursor <cursor>', 'go on where a page ended'),
    new Option('--limit <n>', 'so many').default('100'),
    serverOption(),
  ],
  examples: ['chancery transaction list --state ordered', 'chancery transaction list --subject printer1 --json'],
  next: '"chancery transaction show UUID" tells all about one.',
  async run({ server, limit, json, ...filters }, terminal) {
    const client = await connect(server, terminal)
    const query = { ...filters, itemsPerPage: limit }
    const { transactions, nextCursor } = await client.call(listTransactions, { query })
    if (json) {
      terminal.out(`${JSON.stringify({ transactions, nextCursor }, null, 2)}\n`)
      return EXIT.ok.code
    }
    for (const transaction of transactions) terminal.out(`${transactionLine(transaction)}\n`)
    if (nextCursor !== null) terminal.err(`There are more: go on with --cursor ${nextCursor}\n`)
    return EXIT.ok.code
  },
}
