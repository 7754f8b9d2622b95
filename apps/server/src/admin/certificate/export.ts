import type { ExportFormat, FileAnswer } from '@chancery/api'
import { encodePem } from '@chancery/pki'
import type { CertificateCriteria, CertificateEntry, Store } from '@chancery/store'
import { CSV_HEAD, csvLine } from './csv.ts'
import { describeCertificate } from './describe.ts'
import { entryToWire } from './entry-to-wire.ts'

/** Certificates in memory at a time. */
const PAGE = 500

interface Format {
  readonly mediaType: string
  readonly head: string
  readonly withDer: boolean
  piece(entry: CertificateEntry): string
}

const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  csv: { mediaType: 'text/csv', head: CSV_HEAD, withDer: false, piece: (entry) => csvLine(entryToWire(entry)) },
  jsonl: {
    mediaType: 'application/jsonl',
    head: '',
    withDer: false,
    piece: (entry) => `${JSON.stringify(entryToWire(entry))}\n`,
  },
  pem: {
    mediaType: 'application/x-pem-file',
    head: '',
    withDer: true,
    piece: ({ der }) => (der === undefined ? '' : encodePem('CERTIFICATE', der)),
  },
}

/** The file of an export; it is read from the store page by page, while somebody takes it. */
export async function exportFile(
  store: Pick<Store, 'certificates'>,
  criteria: CertificateCriteria,
  format: ExportFormat,
  now: Date,
): Promise<FileAnswer> {
  const pages = pagesOf(store, criteria, FORMATS[format], now)
  // What cannot be read is refused before anything is sent.
  const first = await pages.next()
  const { mediaType } = FORMATS[format]
  const fileName = `certificates-${now.toISOString().slice(0, 10)}.${format}`
  return { mediaType, fileName, content: continued(first, pages) }
}

async function* pagesOf(
  { certificates }: Pick<Store, 'certificates'>,
  criteria: CertificateCriteria,
  { head, withDer, piece }: Format,
  now: Date,
): AsyncGenerator<string> {
  let text = head
  let before: number | undefined
  do {
    const page = await certificates.page(criteria, { before, limit: PAGE, withDer }, describeCertificate, now)
    text += page.certificates.map(piece).join('')
    // A page may be empty and have a next one; an empty piece would be taken for the end.
    if (text !== '') yield text
    text = ''
    before = page.next
  } while (before !== undefined)
}

async function* continued(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    if (first.done !== true) yield first.value
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}
