const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

/** One JSON line of the log as a person reads it: time, level, message, then the rest as name=value. */
export function terminalLine(line: string): string {
  const { time, level, msg, pid: _, err, ...fields } = JSON.parse(line) as Record<string, unknown>
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`)
  const head = `${String(time).slice(11, 19)} ${(LEVELS[Number(level)] ?? String(level)).padEnd(5)} ${String(msg ?? '')}`
  const stack = err === undefined ? '' : `\n${String((err as { stack?: unknown }).stack ?? JSON.stringify(err))}`
  return `${[head, ...rest].join(' ')}${stack}\n`
}

/** Texts with blanks in quotes, and with nothing in them that a terminal would obey. */
function shown(value: unknown): string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? value : JSON.stringify(value)
}
