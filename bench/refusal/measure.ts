import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discard, SCEP_PATH, startOnCopy, type Template } from '../bench-server.ts'
import { figure, say } from '../figure.ts'
import { CLASSES } from './class.ts'
import { collect, type TimesByClass } from './collect.ts'
import type { RefusalOrder } from './generate.ts'
import { judge } from './judge.ts'

/** Of each class; `BENCH_REFUSALS` for a shorter run, which sees less. */
const SAMPLES = Number(process.env.BENCH_REFUSALS ?? 10_000)
/** Enough that waiting for the deadline does not make it an hour, few enough that the server is not overloaded. */
const CONNECTIONS = Number(process.env.BENCH_CONNECTIONS ?? 64)
const A_ROUND = 1000
const WARM_UP = 60

/**
 * Whether the time of a refusal says which step refused (design, rule 13): the six classes over HTTP, in an order by
 * chance, each against each. Ends the bench with 1 where a difference is found, or where a control fails.
 */
export async function measureRefusalTiming(template: Template): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'chancery-bench-refusals-'))
  const server = await startOnCopy(template)
  const keys = [pem(), pem()] as const
  const times: TimesByClass = new Map()
  // What n samples can show falls with the root of n.
  const heldMicroseconds = 100 * Math.sqrt(10_000 / SAMPLES)
  const order = (count: number, name: string): RefusalOrder => ({
    count,
    classes: CLASSES,
    keys,
    recipient: template.recipient.der.toString('base64'),
    path: SCEP_PATH,
    host: '127.0.0.1',
    file: join(directory, name),
  })
  try {
    const round = { server, connections: CONNECTIONS, heldMicroseconds }
    await collect({ ...round, orders: [order(WARM_UP, 'warm-up')] }, new Map())
    for (let made = 0; made < SAMPLES; made += A_ROUND) {
      say(`refusal-timing: ${made} of ${SAMPLES} of each class`)
      const halves = halved(Math.min(A_ROUND, SAMPLES - made))
      await collect({ ...round, orders: halves.map((count, half) => order(count, `${made}-${half}`)) }, times)
    }
  } finally {
    await discard(server)
    rmSync(directory, { recursive: true, force: true })
  }
  const found = judge(times, { samples: SAMPLES, connections: CONNECTIONS, heldMicroseconds })
  figure('refusal-timing-faults', found, 'faults', { target: '0' })
  if (found > 0) process.exitCode = 1
}

function halved(count: number): number[] {
  return [Math.ceil(count / 2), Math.floor(count / 2)].filter((half) => half > 0)
}

function pem(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
}
