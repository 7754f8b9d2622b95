import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Somebody else's program that runs while the tests do. */
export interface Service {
  /** Both outputs so far. */
  output(): string
  /** Waits until something is true of it. @throws with its output when it ends or takes too long */
  until(ready: () => boolean | Promise<boolean>): Promise<void>
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>
}

export interface ServiceOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

const READY_WITHIN_MS = 90_000

export function startService(command: string, args: readonly string[], options: ServiceOptions = {}): Service {
  const { env = process.env, cwd } = options
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  let isGone = false
  const gone = new Promise<void>((resolve) => {
    const end = () => {
      isGone = true
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  const abandon = () => child.kill('SIGKILL')
  process.once('exit', abandon)
  const stop = async () => {
    child.kill('SIGTERM')
    await gone
    process.off('exit', abandon)
  }
  return {
    output: () => output,
    async until(ready) {
      for (const until = Date.now() + READY_WITHIN_MS; !(await ready()); await sleep(100)) {
        if (!isGone && Date.now() < until) continue
        await stop()
        throw new Error(`${command} ${isGone ? 'ended' : 'is not ready'}\n${output}`)
      }
    },
    stop,
  }
}
