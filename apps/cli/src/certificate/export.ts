import { EXPORT_FORMATS, type ExportFormat, exportCertificates } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { type FilterOptions, filterOptions, filtersOf, STATES_HELP } from './filter-options.ts'

interface ExportOptions extends FilterOptions {
  readonly server?: string
  readonly search?: string
  readonly format: ExportFormat
}

export const exportCertificatesVerb: VerbDefinition<ExportOptions> = {
  name: 'export',
  summary: 'write certificates to a file',
  description:
    'Writes all certificates that search and filters mean to standard output, as they come from the server, the newest first.',
  options: [
    new Option('--format <format>', 'as what').choices(Object.keys(EXPORT_FORMATS)).default('csv'),
    new Option('--search <words>', 'as "chancery certificate search" finds them'),
    ...filterOptions(),
    serverOption(),
  ],
  examples: [
    'chancery certificate export > certificates.csv',
    'chancery certificate export --format pem --state valid --ra-profile servers > servers.pem',
    'chancery certificate export --format jsonl --expires-before 2027-02-01 | jq .subject',
  ],
  next: 'the same file comes from GET /api/v1/certificates/export.',
  epilogue: [
    'Formats:',
    ...Object.entries(EXPORT_FORMATS).map(([format, meaning]) => `  ${format.padEnd(8)}  ${meaning}`),
    '',
    STATES_HELP,
    '',
    '--json is --format jsonl.',
  ].join('\n'),
  async run(options, terminal) {
    const { server, search, json } = options
    const query = { ...filtersOf(options, search), format: json ? ('jsonl' as const) : options.format }
    const client = await connect(server, terminal)
    const octets = await client.download(exportCertificates, { query })
    const decoder = new TextDecoder()
    for await (const chunk of octets) terminal.out(decoder.decode(chunk, { stream: true }))
    return EXIT.ok.code
  },
}
