const SHOWN = 32

/** Octets for one line: all of a few, the beginning of many. */
export function shortHex(bytes: Buffer, shown = SHOWN): string {
  if (bytes.length <= shown) return bytes.toString('hex')
  return `${bytes.toString('hex', 0, shown / 2)}… (${bytes.length} octets)`
}

const LINE = 16
const MOST_LINES = 16

/** Lines as `xxd` prints them. */
export function hexLines(bytes: Buffer): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length && lines.length < MOST_LINES; at += LINE) {
    const octets = bytes.subarray(at, at + LINE)
    const hex = octets.toString('hex').replace(/..(?=.)/g, '$& ')
    const text = octets.toString('latin1').replace(/[^\x20-\x7e]/g, '.')
    lines.push(`${hex.padEnd(LINE * 3 - 1)}  ${text}`)
  }
  const left = bytes.length - MOST_LINES * LINE
  if (left > 0) lines.push(`… ${left} more octets`)
  return lines
}
