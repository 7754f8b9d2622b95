import { AUDIT_EXPORT_FORMATS, type AuditExportFormat, exportAuditEvents } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { type FilterOptions, filterOf, filterOptions } from './filter-options.ts'

interface ExportOptions extends FilterOptions {
  readonly server?: string
  readonly format: AuditExportFormat
}

export const exportAuditVerb: VerbDefinition<ExportOptions> = {
  name: 'export',
  summary: 'write events of the audit log to a file',
  description:
    'Writes all events that fit to standard output, as they come from the server, the newest first. That somebody did is an event itself.',
  options: [
    new Option('--format <format>', 'as what').choices(AUDIT_EXPORT_FORMATS).default('csv'),
    ...filterOptions(),
    serverOption(),
  ],
  examples: [
    'chancery audit export > audit.csv',
    'chancery audit export --format jsonl --from 2026-03-01 --to 2026-04-01 > march.jsonl',
  ],
  next: 'the same file comes from GET /api/v1/auditLogs/export.',
  epilogue: '--json is --format jsonl.',
  async run({ server, format, json, ...filter }, terminal) {
    const query = { ...filterOf(filter), format: json ? ('jsonl' as const) : format }
    const octets = await (await connect(server, terminal)).download(exportAuditEvents, { query })
    const decoder = new TextDecoder()
    for await (const chunk of octets) terminal.out(decoder.decode(chunk, { stream: true }))
    return EXIT.ok.code
  },
}
