import type { AuditEvent as AuditEventOnWire, AuditExportFormat, FileAnswer } from '@chancery/api'
import type { AuditFilter, AuditPage, Store } from '@chancery/store'
import { csvCell } from '../certificate/csv.ts'
import { auditEventToWire } from './to-wire.ts'

/** Events in memory at a time. */
const PAGE = 500

type Column = readonly [heading: string, value: (event: AuditEventOnWire) => string | null]

const COLUMNS: readonly Column[] = [
  ['seq', ({ seq }) => (seq === null ? null : String(seq))],
  ['uuid', ({ uuid }) => uuid],
  ['at', ({ at }) => at],
  ['actorKind', ({ actor }) => actor.kind],
  ['actor', ({ actor }) => actor.name],
  ['role', ({ actor }) => actor.role],
  ['source', ({ actor }) => actor.source],
  ['action', ({ action }) => action],
  ['objectKind', ({ object }) => object?.kind ?? null],
  ['objectUuid', ({ object }) => object?.uuid ?? null],
  ['objectName', ({ object }) => object?.name ?? null],
  ['outcome', ({ outcome }) => outcome],
  ['correlationId', ({ correlationId }) => correlationId],
  ['detail', ({ detail }) => JSON.stringify(detail)],
]

const line = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\r\n`

interface Format {
  readonly mediaType: string
  readonly head: string
  piece(event: AuditEventOnWire): string
}

const FORMATS: Readonly<Record<AuditExportFormat, Format>> = {
  csv: {
    mediaType: 'text/csv',
    head: line(COLUMNS.map(([heading]) => heading)),
    piece: (event) => line(COLUMNS.map(([, value]) => value(event) ?? '')),
  },
  jsonl: { mediaType: 'application/jsonl', head: '', piece: (event) => `${JSON.stringify(event)}\n` },
}

/** It is read from the store page by page, while somebody takes it. */
export async function auditFile(
  { audit }: Pick<Store, 'audit'>,
  filter: AuditFilter,
  format: AuditExportFormat,
  now: Date,
): Promise<FileAnswer> {
  const read = (before?: number) => audit.list(filter, { before, limit: PAGE })
  // What cannot be read is refused before anything is sent.
  const first = await read()
  const fileName = `audit-${now.toISOString().slice(0, 10)}.${format}`
  return { mediaType: FORMATS[format].mediaType, fileName, content: piecesOf(first, read, FORMATS[format]) }
}

async function* piecesOf(
  first: AuditPage,
  read: (before: number) => Promise<AuditPage>,
  { head, piece }: Format,
): AsyncGenerator<string> {
  let text = head
  for (let page: AuditPage | undefined = first; page !== undefined; ) {
    text += page.entries.map((entry) => piece(auditEventToWire(entry))).join('')
    // A page may be empty and have a next one; an empty piece would be taken for the end.
    if (text !== '') yield text
    text = ''
    page = page.next === undefined ? undefined : await read(page.next)
  }
}
