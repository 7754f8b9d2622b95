import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface TestServerOptions {
  /** Default: a temporary one, removed by `stop`. */
  readonly dataDir?: string
  /** Added to what every test server is given. */
  readonly env?: Readonly<Record<string, string>>
}

/** The real server in processes of its own. */
export interface TestServer {
  /** `http://127.0.0.1:port`; the same after a restart. */
  readonly url: string
  readonly adminToken: string
  readonly dataDir: string
  /** Of the primary process. */
  readonly pid: number
  /** Everything on standard output so far. */
  output(): string
  /** The whole lines on standard error so far: the log. */
  log(): string
  /** SIGTERM, and waits until every process is gone. @returns the exit code */
  stop(): Promise<number | null>
  /** SIGKILL, to the primary only or to all of its processes at once; waits until every one is gone. */
  kill(whom?: 'primary' | 'all'): Promise<void>
  /** Starts it again on the same data and port. */
  restart(): Promise<void>
}

const ROOT = resolve(import.meta.dirname, '..')
const READY = /^chancery listening on (https?:\/\/\S+)$/m
const READY_WITHIN_MS = 120_000
const GONE_WITHIN_MS = 60_000

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'chancery-test-'))
  const adminToken = options.env?.CHANCERY_ADMIN_TOKEN ?? randomBytes(24).toString('hex')
  const env = {
    PATH: process.env.PATH ?? '',
    CHANCERY_LISTEN: '127.0.0.1:0',
    CHANCERY_DATA_DIR: dataDir,
    CHANCERY_ADMIN_TOKEN: adminToken,
    CHANCERY_CA_KEY: 'rsa-2048', // keeps first starts short
    // Half of a start is a serving process; suites about several of them say so.
    CHANCERY_WORKERS: '1',
    ...options.env,
  }
  let running = await launch(env)
  const { url } = running
  return {
    url,
    adminToken,
    dataDir,
    get pid() {
      return running.pid
    },
    output: () => running.stdout(),
    log: () => running.stderr(),
    async stop() {
      const code = await running.end('SIGTERM', 'primary')
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
      return code
    },
    async kill(whom = 'all') {
      await running.end('SIGKILL', whom)
    },
    async restart() {
      running = await launch({ ...env, CHANCERY_LISTEN: new URL(url).host })
    },
  }
}

interface Running {
  readonly url: string
  readonly pid: number
  stdout(): string
  stderr(): string
  end(signal: 'SIGTERM' | 'SIGKILL', whom: 'primary' | 'all'): Promise<number | null>
}

async function launch(env: Record<string, string>): Promise<Running> {
  // A process group of its own, so that its workers can be ended with it, and nothing else.
  const child = spawn(process.execPath, [join(ROOT, 'apps/server/src/main.ts')], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const captured = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    captured.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    captured.stderr += text
  })
  const pid = child.pid
  if (pid === undefined) throw new Error('the server could not be started')
  const abandon = () => signalGroup(pid, 'SIGKILL')
  process.once('exit', abandon)
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  try {
    return {
      url: await readiness(child, captured),
      pid,
      stdout: () => captured.stdout,
      stderr: () => captured.stderr.slice(0, captured.stderr.lastIndexOf('\n') + 1),
      async end(signal, whom) {
        if (whom === 'all') signalGroup(pid, signal)
        else child.kill(signal)
        const code = await exited
        await groupGone(pid)
        process.off('exit', abandon)
        return code
      },
    }
  } catch (error) {
    signalGroup(pid, 'SIGKILL')
    process.off('exit', abandon)
    throw error
  }
}

/** Waits for the line that says it is ready; the log is in the error if it does not come. */
function readiness(child: ChildProcess, captured: { stdout: string; stderr: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => () =>
      reject(new Error(`the server ${what}\n${captured.stdout}\n${captured.stderr.slice(-4000)}`))
    const timer = setTimeout(fail('is not ready'), READY_WITHIN_MS)
    child.once('exit', (code) => fail(`ended with ${code} before it was ready`)())
    child.stdout?.on('data', () => {
      const url = READY.exec(captured.stdout)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    })
  })
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal)
    return true
  } catch {
    return false // no process of the group is left
  }
}

async function groupGone(pid: number): Promise<void> {
  for (const until = Date.now() + GONE_WITHIN_MS; signalGroup(pid, 0); await sleep(5)) {
    if (Date.now() < until) continue
    signalGroup(pid, 'SIGKILL')
    throw new Error('workers outlived the primary process')
  }
}
