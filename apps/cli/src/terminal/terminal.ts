import { setTimeout } from 'node:timers/promises'

/** Everything of the surrounding process that a verb may touch; tests bring their own. */
export interface Terminal {
  /** Results: what a script reads. */
  out(text: string): void
  /** Progress, hints, warnings and errors: what a person reads. */
  err(text: string): void
  readonly env: Readonly<Record<string, string | undefined>>
  readStdin(): Promise<string>
  readonly fetch: typeof globalThis.fetch
  now(): Date
  pause(milliseconds: number): Promise<void>
}

export function processTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env: process.env,
    readStdin: async () => {
      const chunks: Buffer[] = []
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks).toString('utf8')
    },
    fetch: globalThis.fetch,
    now: () => new Date(),
    pause: (milliseconds) => setTimeout(milliseconds),
  }
}
