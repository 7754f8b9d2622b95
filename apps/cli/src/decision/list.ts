import { DECISION_OUTCOMES, type DecisionOutcome, listDecisions } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { decisionLine } from './lines.ts'

/** Options that are filters of the route under the same name. */
interface Filters {
  readonly correlationId?: string
  readonly transactionId?: string
  readonly transaction?: string
  readonly certificate?: string
  readonly challenge?: string
  readonly subject?: string
  readonly peer?: string
  readonly client?: string
  readonly outcome?: DecisionOutcome
  readonly reason?: string
  readonly scepProfile?: string
  readonly raProfile?: string
  readonly from?: string
  readonly to?: string
  readonly cursor?: string
}

interface ListOptions extends Filters {
  readonly server?: string
  readonly limit: string
}

export const listDecisionsVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list what was decided about SCEP requests',
  description:
    'Lists what was decided about SCEP requests, the newest first: one line each, beginning with the UUID. All filters that are given must hold.',
  options: [
    new Option('--correlation-id <id>', 'the id that the device was told'),
    new Option('--transaction-id <id>', 'the transactionID that the device sent'),
    new Option('--transaction <uuid>', 'of this transaction'),
    new Option('--certificate <uuid>', 'that delivered this certificate, or that it signed'),
    new Option('--challenge <uuid>', 'that showed this challenge'),
    new Option('--subject <part>', 'whose subject has this in it'),
    new Option('--peer <address>', 'from this address'),
    new Option('--client <part>', 'whose client is recognised as this'),
    new Option('--outcome <outcome>', 'that ended so').choices(Object.keys(DECISION_OUTCOMES)),
    new Option('--reason <reason>', 'that were refused for this reason'),
    new Option('--scep-profile <name>', 'of this SCEP profile'),
    new Option('--ra-profile <name>', 'of this RA profile'),
    new Option('--from <time>', 'from then on, such as 2026-03-01 or 2026-03-01T12:00:00Z'),
    new Option('--to <time>', 'before'),
    new Option('--cursor <cursor>', 'go on where a page ended'),
    new Option('--limit <n>', 'so many').default('100'),
    serverOption(),
  ],
  examples: [
    'chancery decision list --outcome refused',
    'chancery decision list --subject printer1 --from 2026-03-01',
    'chancery decision list --challenge 019a0000-0000-7000-8000-000000000001 --json',
  ],
  next: '"chancery decision show ID" tells all about one: by its UUID, or by the id that a device shows.',
  async run({ server, limit, json, ...filters }, terminal) {
    const client = await connect(server, terminal)
    const { decisions, nextCursor } = await client.call(listDecisions, { query: { ...filters, itemsPerPage: limit } })
    if (json) {
      terminal.out(`${JSON.stringify({ decisions, nextCursor }, null, 2)}\n`)
      return EXIT.ok.code
    }
    for (const decision of decisions) terminal.out(`${decisionLine(decision)}\n`)
    if (nextCursor !== null) terminal.err(`There are more: go on with --cursor ${nextCursor}\n`)
    return EXIT.ok.code
  },
}
