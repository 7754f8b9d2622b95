import { type AuditEvent, listAuditEvents } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { type FilterOptions, filterOf, filterOptions } from './filter-options.ts'
import { auditTable } from './lines.ts'

interface ListOptions extends FilterOptions {
  readonly server?: string
  readonly limit: string
}

export const listAuditVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list who did what to what',
  description: 'Lists the newest events of the audit log that fit: when, who, from where, what, to what, how it ended.',
  options: [...filterOptions(), new Option('--limit <n>', 'so many, from 1 to 1000').default('50'), serverOption()],
  examples: [
    'chancery audit list',
    'chancery audit list --actor alice --from 2026-03-01',
    'chancery audit list --action scepProfile. --object default --json',
  ],
  next: '"chancery audit show UUID" has the values before and after.',
  async run({ server, limit, json, ...filter }, terminal) {
    if (!/^([1-9][0-9]{0,2}|1000)$/.test(limit)) {
      throw new CliFailure('failed', `--limit wants a whole number from 1 to 1000, not "${limit}".`)
    }
    const client = await connect(server, terminal)
    const events: AuditEvent[] = []
    let cursor: string | null | undefined
    // A page may be short although there are more.
    while (cursor !== null && events.length < Number(limit)) {
      const itemsPerPage = String(Number(limit) - events.length)
      const query = { ...filterOf(filter), itemsPerPage, ...(cursor !== undefined && { cursor }) }
      const page = await client.call(listAuditEvents, { query })
      events.push(...page.events)
      cursor = page.nextCursor
    }
    if (json) terminal.out(`${JSON.stringify(events, null, 2)}\n`)
    else {
      for (const line of auditTable(events)) terminal.out(`${line}\n`)
      if (events.length === 0) terminal.err('Nothing fits.\n')
    }
    return EXIT.ok.code
  },
}
