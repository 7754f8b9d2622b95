import { setTimeout } from 'node:timers/promises'

/** Everything of the surrounding process that a verb may touch; tests bring their own. */
export interface Terminal {
  /** Results: what a script reads. */
  out(text: string): void
  /** Progress, hints, warnings and errors: what a person reads. */
  err(text: string): void
  /** Whether `err` is a screen that a line can be rewritten on. */
  readonly isInteractive: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readStdin(): Promise<string>
  /** Octets of standard input as they are; more than the limit is cut off behind the first octet too many. */
  readStdinBytes(limit: number): Promise<Buffer>
  /** Characters in a line of standard output; undefined when it is no terminal. */
  readonly columns: number | undefined
  /** Whether standard output may be coloured (https://no-color.org). */
  readonly colour: boolean
  readonly fetch: typeof globalThis.fetch
  now(): Date
  pause(milliseconds: number): Promise<void>
  /** From 0 to 1, for pauses that differ. */
  random(): number
}

export function processTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true,
    env: process.env,
    readStdin: async () => (await readStdinBytes(Number.POSITIVE_INFINITY)).toString('utf8'),
    readStdinBytes,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    fetch: globalThis.fetch,
    now: () => new Date(),
    pause: (milliseconds) => setTimeout(milliseconds),
    random: Math.random,
  }
}

async function readStdinBytes(limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer)
    length += (chunk as Buffer).length
    if (length > limit) break
  }
  return Buffer.concat(chunks).subarray(0, limit + 1)
}
