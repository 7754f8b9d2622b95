import { isatty } from 'node:tty'
import { type DestinationStream, destination, type Logger, pino } from 'pino'
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
  const file = destination({ dest: STANDARD_ERROR, sync: mode === 'immediate' })
  const stream: DestinationStream = isatty(STANDARD_ERROR) ? { write: (line) => file.write(terminalLine(line)) } : file
  const log = pino(
    { level, base: { pid: process.pid }, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    stream,
  )
  return {
    log,
    flush() {
      try {
        file.flushSync()
      } catch {
        // Standard error is gone, and with it the place to say so.
      }
    },
  }
}
