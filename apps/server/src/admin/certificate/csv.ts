import type { CertificateEntry } from '@chancery/api'

type Column = readonly [heading: string, value: (entry: CertificateEntry) => string | null]

const COLUMNS: readonly Column[] = [
  ['uuid', ({ uuid }) => uuid],
  ['state', ({ state }) => state],
  ['subject', ({ subject }) => subject],
  ['subjectAltNames', ({ subjectAltNames }) => subjectAltNames.join(' ')],
  ['authority', ({ authority }) => authority],
  ['serialNumber', ({ serialNumber }) => serialNumber],
  ['fingerprint', ({ fingerprint }) => fingerprint],
  ['notBefore', ({ notBefore }) => notBefore],
  ['notAfter', ({ notAfter }) => notAfter],
  ['issuedAt', ({ issuedAt }) => issuedAt],
  ['revokedAt', ({ revokedAt }) => revokedAt],
  ['revocationReason', ({ revocationReason }) => revocationReason],
  ['raProfile', ({ raProfile }) => raProfile],
  ['scepProfile', ({ scepProfile }) => scepProfile],
  ['protocol', ({ protocol }) => protocol],
  ['purpose', ({ purpose }) => purpose],
  ['transactionId', ({ transactionId }) => transactionId],
  ['predecessorUuid', ({ predecessorUuid }) => predecessorUuid],
]

/** A spreadsheet runs what begins so as a formula; a device chooses what stands in its names. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@|%])/

export function csvCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** RFC 4180. */
export const CSV_HEAD = line(COLUMNS.map(([heading]) => heading))

export function csvLine(entry: CertificateEntry): string {
  return line(COLUMNS.map(([, value]) => value(entry) ?? ''))
}

function line(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}
