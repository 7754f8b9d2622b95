import { CliFailure } from '../cli-failure.ts'

/** Rows of fields (RFC 4180); lines without anything are none. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  // A field in quotes, in which two quotes are one, or one without; then what ends it.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy
  const content = text.replace(/^\uFEFF/, '')
  while (field.lastIndex < content.length) {
    const match = field.exec(content)
    if (match === null)
      throw new CliFailure('failed', `Row ${rows.length + 1} of the CSV has a quote where none may stand.`)
    const [, quoted, plain = '', end] = match
    row.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === ',' && field.lastIndex < content.length) continue
    if (end === ',') row.push('')
    if (row.some((one) => one !== '')) rows.push(row)
    row = []
  }
  return rows
}

export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(fieldOf).join(',')}\n`).join('')
}

function fieldOf(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
