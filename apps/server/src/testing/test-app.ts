import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, openStore, type Store } from '@chancery/store'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { parseSettings, type Settings } from '../config.ts'
import type { ServerContext } from '../context.ts'
import { buildApp, type Surface } from '../http/app.ts'
import { ensureInstallation } from '../installation/first-start.ts'
import { ContactRecorder } from '../intune/contact-recorder.ts'
import { intuneOfProcess } from '../intune/of-process.ts'
import type { RevocationSourceOf } from '../jobs/job.ts'
import { JOBS, startJobs } from '../jobs/scheduler.ts'
import { prometheusMetrics } from '../metrics/prometheus.ts'
import { newCourier } from '../notice/new-courier.ts'
import { DecisionRecorder } from '../scep/record/recorder.ts'
import type { MakeVouching } from '../snapshot/challenge.ts'
import { KeyRing } from '../snapshot/keys.ts'
import { snapshotSource } from '../snapshot/source.ts'
import { HourCounter } from '../statistics/hour-counter.ts'
import { Upstreams } from '../upstream/upstreams.ts'

/** One process's worth of server on a store of its own, with a clock that the test moves. */
export interface TestApp {
  readonly app: FastifyInstance
  readonly context: ServerContext
  readonly store: Store
  readonly hours: HourCounter
  /** Of the log, parsed. */
  readonly lines: Record<string, unknown>[]
  readonly clock: { now: Date }
  runJobs(): Promise<void>
  /** Another listener on the same context. */
  surface(surface: Surface): FastifyInstance
  close(): Promise<void>
}

export const WHOLE_SURFACE: Surface = { devices: true, administration: 'token' }

/** None in the background: a test wants to see what they did. */
const AWAITED = JOBS.map(({ inBackground: _, ...job }) => job)

export async function testApp(
  settings: Settings = {},
  given?: MakeVouching,
  sourceOf?: RevocationSourceOf,
): Promise<TestApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chancery-app-'))
  const config = parseSettings({ CHANCERY_DATA_DIR: dataDir, CHANCERY_CA_KEY: 'p-256', ...settings })
  const clock = { now: new Date() }
  const now = () => clock.now
  const lines: Record<string, unknown>[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const options = { url: config.database.url.reveal(), keySecret: Buffer.alloc(32, 7), now }
  await migrate(options)
  const store = await openStore(options)
  const { caKey, raKey, publicUrl } = config
  await ensureInstallation(store, { caKey, raKey, publicUrl, now: now() }, log)
  const upstreams = new Upstreams({ now, log })
  const courier = newCourier(config, now)
  const contacts = new ContactRecorder(store, log)
  const intune = intuneOfProcess(config, contacts, now)
  const vouching = given ?? intune.vouching
  const revocationSource = sourceOf ?? intune.revocationSource
  const runJobs = async () => {
    const keys = new KeyRing()
    const context = { store, keys, upstreams, courier, vouching, revocationSource, log, now, publicUrl }
    const scheduler = await startJobs(context, AWAITED)
    await scheduler.stop()
    await courier.stop()
  }
  await runJobs()
  const registry = new Registry()
  const hours = new HourCounter(store, log)
  const metrics = prometheusMetrics(registry, () => registry.metrics())
  const records = new DecisionRecorder({ store, log, metrics, now })
  const context: ServerContext = {
    config,
    store,
    snapshots: snapshotSource(store, { publicUrl, now, log, vouching }),
    log,
    metrics,
    hours,
    records,
    intune,
    now,
    baseUrl: () => publicUrl ?? 'http://chancery.test',
    pageUrl: () => publicUrl ?? 'http://chancery.test',
  }
  const apps: FastifyInstance[] = []
  const surface = (one: Surface) => {
    const app = buildApp(context, one)
    apps.push(app)
    return app
  }
  return {
    app: surface(WHOLE_SURFACE),
    context,
    hours,
    store,
    lines,
    clock,
    runJobs,
    surface,
    async close() {
      await Promise.all(apps.map((app) => app.close()))
      await hours.close()
      await records.close()
      await contacts.flush()
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
