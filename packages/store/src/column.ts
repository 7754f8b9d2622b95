/** How values of the domain stand in columns: one place, so that every table does it alike. */

export function fromDate(date: Date): number {
  return date.getTime() * 1000
}

export function toDate(microseconds: number): Date {
  return new Date(Math.floor(microseconds / 1000))
}

/** node:sqlite gives Uint8Array, pg gives Buffer: a view of the same bytes, never a copy. */
export function toBytes(column: Uint8Array): Buffer {
  return Buffer.isBuffer(column) ? column : Buffer.from(column.buffer, column.byteOffset, column.byteLength)
}

export function fromFlag(value: boolean): number {
  return value ? 1 : 0
}

export function toFlag(column: number): boolean {
  return column !== 0
}

/** PostgreSQL has no NUL in text; RFC 4514 writes it as `\00`. */
export function fromText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\\00') : text
}

/** A list of DER values in one text column. */
export function fromDerList(list: readonly Buffer[]): string {
  return JSON.stringify(list.map((der) => der.toString('base64')))
}

export function toDerList(column: string): Buffer[] {
  return (JSON.parse(column) as string[]).map((text) => Buffer.from(text, 'base64'))
}
