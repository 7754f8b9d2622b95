import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildOcspRequest, type Certificate, issuerHashes } from '@chancery/pki'
import { createChallenge } from '../tests/admin.ts'
import { certificateOf, enrol, fetchCa, newDevice, sealEnrolment } from '../tests/device.ts'
import { startPostgres } from '../tests/postgres.ts'
import type { TestServer } from '../tests/server.ts'
import { startBenchServer } from './bench-server.ts'
import { median } from './ceiling.ts'
import { figure, say } from './figure.ts'
import { writeMessages } from './message-file.ts'
import { type LoadFigures, runLoad } from './run-load.ts'

const CERTIFICATES = 20
const CONNECTIONS = 32
const WINDOWS = 5
const WINDOW_REQUESTS = 5000
const WARM_UP = 1000

type Kind = 'healthz' | 'get' | 'post'
const KINDS: readonly Kind[] = ['healthz', 'get', 'post']

/**
 * OCSP from the memo, each answer resting on what the store says, against `/healthz`, on both databases: windows of the three
 * take turns, so that whatever else the machine does meets all alike.
 */
export async function measureOcsp(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'chancery-bench-ocsp-'))
  const postgres = await startPostgres()
  try {
    await measureOn('sqlite', {}, directory)
    const url = await postgres.createDatabase()
    const env = { CHANCERY_DATABASE_URL: url, CHANCERY_KEY_SECRET: 'bench-key-secret-0123456789-0123456789' }
    await measureOn('postgresql', env, directory)
  } finally {
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function measureOn(database: string, env: Readonly<Record<string, string>>, directory: string): Promise<void> {
  const server = await startBenchServer({ env: { CHANCERY_LOG: 'warn', ...env } })
  try {
    const requests = await requestsFor(server)
    const file = (kind: Kind, count: number) => {
      const path = join(directory, `${kind}-${count}`)
      writeMessages(
        path,
        Array.from({ length: count }, (_, index) => requests[kind][index % CERTIFICATES] as Buffer),
      )
      return { file: path, keys: [] }
    }
    for (const kind of KINDS) await runLoad(server, file(kind, WARM_UP), CONNECTIONS)
    const runs: Record<Kind, LoadFigures>[] = []
    for (let window = 0; window < WINDOWS; window++) {
      say(`ocsp: ${database}, window ${window + 1} of ${WINDOWS}`)
      const run: Partial<Record<Kind, LoadFigures>> = {}
      const order = window % 2 === 0 ? KINDS : KINDS.toReversed()
      for (const kind of order) run[kind] = await runLoad(server, file(kind, WINDOW_REQUESTS), CONNECTIONS)
      runs.push(run as Record<Kind, LoadFigures>)
    }
    tell(database, runs)
  } finally {
    await server.stop()
  }
}

function tell(database: string, runs: readonly Record<Kind, LoadFigures>[]): void {
  const of = (kind: Kind, name: 'perSecond' | 'p99Milliseconds' | 'serverCpuMicroseconds') =>
    median(runs.map((run) => run[kind][name]))
  const ratio = (kind: Kind, name: 'perSecond' | 'serverCpuMicroseconds') =>
    median(runs.map((run) => run[kind][name] / run.healthz[name]))
  const about = { database, connections: CONNECTIONS, windows: WINDOWS }
  for (const kind of KINDS) {
    figure(`${kind}-rate`, of(kind, 'perSecond'), '1/s', about)
    figure(`${kind}-latency-p99`, of(kind, 'p99Milliseconds'), 'ms', about)
    figure(`${kind}-server-cpu`, of(kind, 'serverCpuMicroseconds'), 'us/request', about)
  }
  for (const kind of ['get', 'post'] as const) {
    figure(`ocsp-${kind}-to-healthz`, ratio(kind, 'perSecond'), 'ratio', { ...about, target: '>= 0.5' })
    figure(`ocsp-${kind}-cpu-to-healthz`, ratio(kind, 'serverCpuMicroseconds'), 'ratio', about)
  }
  const failures = runs.flatMap((run) => KINDS.map((kind) => run[kind].httpFailures)).reduce((a, b) => a + b, 0)
  figure('ocsp-failures', failures, 'answers', { ...about, target: '0' })
}

/** One for each certificate, as they go over the wire. */
async function requestsFor(server: TestServer): Promise<Record<Kind, readonly Buffer[]>> {
  const ca = await fetchCa(server.url)
  const challenge = await createChallenge(server, { uses: CERTIFICATES })
  const device = await newDevice()
  const issuer = ca.certificates.at(-1) as Certificate
  const questions: Buffer[] = []
  for (let index = 0; index < CERTIFICATES; index++) {
    const enrolment = await sealEnrolment(device, ca, { subject: `CN=bench-${index}`, challenge })
    const { serialNumber } = certificateOf(await enrol(server.url, enrolment, ca))
    const certId = { ...issuerHashes(issuer, 'sha1'), digest: 'sha1', withNull: true, serialNumber } as const
    questions.push(buildOcspRequest({ certIds: [certId] }))
  }
  const { host } = new URL(server.url)
  const get = (path: string) => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  return {
    healthz: questions.map(() => get('/healthz')),
    get: questions.map((one) => get(`/ocsp/default/${encodeURIComponent(one.toString('base64'))}`)),
    post: questions.map((one) =>
      Buffer.concat([
        Buffer.from(
          `POST /ocsp/default HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/ocsp-request\r\nContent-Length: ${one.length}\r\n\r\n`,
        ),
        one,
      ]),
    ),
  }
}
