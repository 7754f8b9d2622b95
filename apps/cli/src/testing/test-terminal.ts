import type { Terminal } from '../terminal/terminal.ts'

/** For tests: a terminal that remembers what was printed and takes no time. */
export interface TestTerminal extends Terminal {
  stdout(): string
  stderr(): string
  /** The pauses that were asked for. */
  readonly pauses: number[]
}

interface TestTerminalOptions {
  env?: Record<string, string>
  stdin?: string | Buffer
  now?: Date
  columns?: number
  colour?: boolean
}

export function testTerminal(given: TestTerminalOptions = {}): TestTerminal {
  const stdout: string[] = []
  const stderr: string[] = []
  const pauses: number[] = []
  let passed = 0
  return {
    out: (text) => stdout.push(text),
    err: (text) => stderr.push(text),
    stdout: () => stdout.join(''),
    stderr: () => stderr.join(''),
    isInteractive: false,
    env: given.env ?? {},
    readStdin: async () => String(given.stdin ?? ''),
    readStdinBytes: async (limit) => Buffer.from(given.stdin ?? '').subarray(0, limit + 1),
    columns: given.columns,
    colour: given.colour ?? false,
    fetch: globalThis.fetch,
    now: () => new Date((given.now?.getTime() ?? Date.now()) + passed),
    pauses,
    pause: async (milliseconds) => {
      pauses.push(milliseconds)
      passed += milliseconds
    },
    random: () => 0.5,
  }
}
