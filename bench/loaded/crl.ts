import { setTimeout as sleep } from 'node:timers/promises'
import { admin } from '../../tests/admin.ts'
import type { TestServer } from '../../tests/server.ts'
import { median } from '../ceiling.ts'
import { figure, say } from '../figure.ts'
import { type NewStore, onBothDatabases } from '../inventory/both-databases.ts'
import { fill, uuidOf } from '../inventory/fill.ts'
import { runLoad } from '../run-load.ts'
import { revokeAll } from './revoke-all.ts'
import { newSide } from './side.ts'
import { answersIn, type Span } from './span.ts'

const ENTRIES = Number(process.env.BENCH_CERTIFICATES ?? 100_000)
/** Valid ones beside them: each that is revoked makes a new CRL due. */
const OTHERS = 10_000
const CONNECTIONS = 32
const WINDOW_REQUESTS = Number(process.env.BENCH_REQUESTS ?? 6000)
const WARM_UP = Math.ceil(WINDOW_REQUESTS / 2)
const WINDOWS = 3
const REVOKE_EVERY_MILLISECONDS = 500

/** Enrolments a second while a CRL of 100,000 entries is made, against the moments between two of them, on both databases. */
export function measureCrl(): Promise<void> {
  return onBothDatabases(measureOn)
}

async function measureOn(newStore: NewStore): Promise<void> {
  const { server, maker, standingStill, discard } = await newSide(newStore)
  try {
    const database = await standingStill(async (opened, sample) => {
      say(`enrolment-crl: ${opened.name}, revoking ${ENTRIES}`)
      await fill(opened, sample, 1, ENTRIES + OTHERS)
      await revokeAll(opened, sample, 1, ENTRIES)
      return opened.name
    })
    for (const workload of await maker.make([WARM_UP])) await runLoad(server, workload, CONNECTIONS)
    const [during, between] = [
      { answers: 0, milliseconds: 0 },
      { answers: 0, milliseconds: 0 },
    ]
    const spans: Span[] = []
    let failures = 0
    for (let window = 0; window < WINDOWS; window++) {
      say(`enrolment-crl: ${database}, window ${window + 1} of ${WINDOWS}`)
      const [workload] = await maker.make([WINDOW_REQUESTS])
      if (workload === undefined) throw new Error('no workload')
      const before = publications(server).length
      const revoking = keepRevoking(server, window)
      const { finishedAt, httpFailures } = await runLoad(server, workload, CONNECTIONS)
      await revoking.stop()
      failures += httpFailures
      const made = publications(server).slice(before)
      spans.push(...made)
      const counted = answersIn(finishedAt, made)
      during.answers += counted.during.answers
      during.milliseconds += counted.during.milliseconds
      between.answers += counted.between.answers
      between.milliseconds += counted.between.milliseconds
    }
    const ratio = during.answers / during.milliseconds / (between.answers / between.milliseconds)
    const about = { database, entries: ENTRIES, connections: CONNECTIONS, crls: spans.length }
    figure('rate-during-crl-to-rate-between', ratio, 'ratio', { ...about, target: '>= 0.8' })
    figure('share-of-time-with-crl', during.milliseconds / (during.milliseconds + between.milliseconds), 'ratio', about)
    figure('crl-made-in', median(spans.map(({ from, to }) => to - from)), 'ms', about)
    figure('http-failures', failures, 'answers', { ...about, target: '0' })
  } finally {
    await discard()
  }
}

/** One certificate after the other over the administration, so that the job finds a CRL due in each of its rounds. */
function keepRevoking(server: TestServer, window: number): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const all = (async () => {
    for (let count = 1; !stopping.signal.aborted; count++) {
      const uuid = uuidOf(ENTRIES + window * Math.floor(OTHERS / WINDOWS) + count)
      await admin(server, 'PUT', `/v1/certificates/${uuid}/revoke`, {})
      await sleep(REVOKE_EVERY_MILLISECONDS)
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await all
    },
  }
}

/** When CRLs were made, as the log tells. */
function publications(server: TestServer): Span[] {
  return server
    .log()
    .split('\n')
    .filter((line) => line.includes('"CRL published"'))
    .map((line) => {
      const { time, milliseconds } = JSON.parse(line) as { time: string; milliseconds: number }
      const to = Date.parse(time)
      return { from: to - milliseconds, to }
    })
}
