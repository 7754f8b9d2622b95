import { type CertificateEntry, type Client, listCertificates, type QueryOf } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { GlobalOptions } from '../verb.ts'
import { type FilterOptions, filterOptions, filtersOf } from './filter-options.ts'

export interface ListOptions extends FilterOptions {
  readonly server?: string
  readonly limit: string
  readonly cursor?: string
}

export const listOptions = (): Option[] => [
  ...filterOptions(),
  new Option('--limit <n>', 'so many').default('100'),
  new Option('--cursor <cursor>', 'go on where a list before ended'),
  serverOption(),
]

/** Most of what the server gives at a time. */
const PAGE = 1000

/** Prints what is meant, the newest first, and how to go on where there is more. */
export async function printCertificates(
  options: ListOptions & GlobalOptions,
  terminal: Terminal,
  search?: string,
): Promise<number> {
  const { server, limit, cursor, json } = options
  if (!/^[1-9][0-9]{0,5}$/.test(limit)) throw new CliFailure('failed', `--limit wants a whole number, not "${limit}".`)
  const client = await connect(server, terminal)
  const found = await upTo(Number(limit), client, filtersOf(options, search), cursor ?? null)
  if (json) {
    terminal.out(`${JSON.stringify(found, null, 2)}\n`)
    return EXIT.ok.code
  }
  const { certificates, nextCursor } = found
  if (certificates.length > 0) for (const line of tableLines(HEAD, certificates.map(cells))) terminal.out(`${line}\n`)
  if (certificates.length === 0) terminal.err('There is no such certificate.\n')
  if (nextCursor !== null) terminal.err(`There are more: raise --limit, or go on with --cursor ${nextCursor}\n`)
  return EXIT.ok.code
}

async function upTo(limit: number, client: Client, filters: QueryOf<typeof listCertificates>, start: string | null) {
  const certificates: CertificateEntry[] = []
  let cursor = start
  do {
    const query = {
      ...filters,
      itemsPerPage: String(Math.min(PAGE, limit - certificates.length)),
      ...(cursor !== null && { cursor }),
    }
    const page: { certificates: CertificateEntry[]; nextCursor: string | null } = await client.call(listCertificates, {
      query,
    })
    certificates.push(...page.certificates)
    cursor = page.nextCursor
  } while (cursor !== null && certificates.length < limit)
  return { certificates, nextCursor: cursor }
}

const HEAD = ['SUBJECT', 'STATE', 'ENDS', 'PROFILE', 'SERIAL', 'UUID']

function cells({ subject, state, notAfter, raProfile, scepProfile, serialNumber, uuid }: CertificateEntry): string[] {
  return [subject, state, notAfter.slice(0, 10), scepProfile ?? raProfile ?? '-', serialNumber, uuid]
}
