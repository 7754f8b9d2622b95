import { isatty } from 'node:tty'
import { type Logger, pino } from 'pino'
import { lineOutput } from './standard-error.ts'
import { terminalLine } from './terminal-line.ts'

const STANDARD_ERROR = 2

export interface LogOutput {
  readonly log: Logger
  /** Writes what is still in memory; before the process ends. */
  flush(): void
}

/**
 * JSON lines on standard error, readable lines where that is a terminal. Lines of a serving process are written outside
 * the event loop, several at a time: a slow reader must not hold up devices.
 */
export function openLog(level: string, mode: 'immediate' | 'batched'): LogOutput {
  const output = lineOutput(mode)
  const stream = isatty(STANDARD_ERROR) ? { write: (line: string) => output.write(terminalLine(line)) } : output
  const log = pino(
    { level, base: { pid: process.pid }, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    stream,
  )
  return { log, flush: () => output.flush() }
}
