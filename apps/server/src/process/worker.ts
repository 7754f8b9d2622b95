import { openStore, StoreError } from '@chancery/store'
import { AggregatorRegistry, register } from 'prom-client'
import { parseSettings } from '../config.ts'
import type { ServerContext } from '../context.ts'
import { type BoundAddresses, listen, pageUrlOf, urlOf } from '../http/listen.ts'
import { ContactRecorder } from '../intune/contact-recorder.ts'
import { intuneOfProcess } from '../intune/of-process.ts'
import { openLog } from '../log/logger.ts'
import { prometheusMetrics } from '../metrics/prometheus.ts'
import { DecisionRecorder } from '../scep/record/recorder.ts'
import { snapshotSource } from '../snapshot/source.ts'
import { HourCounter } from '../statistics/hour-counter.ts'
import { clusterFigures } from './cluster-figures.ts'
import { type FromWorker, isOurs, type ToWorker } from './messages.ts'

type Start = Extract<ToWorker, { chancery: 'start' }>

/** Connections to PostgreSQL of one node, shared out among its workers (design, rule 20). */
const POOL_OF_NODE = 16
const SMALLEST_POOL = 2

/** A process that serves. It begins and ends when the primary says so; when the primary is gone, node:cluster ends it. */
export async function runWorker(): Promise<void> {
  process.umask(0o077)
  // A terminal and a service manager signal the whole group; only the primary decides.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => undefined)
  const stopped = told('stop')
  const start = await told('start')
  try {
    await serve(start, stopped)
  } catch (error) {
    await send({ chancery: 'failed', why: sentenceOf(error) })
    process.exit(1)
  }
}

async function serve(start: Start, stopped: Promise<unknown>): Promise<void> {
  const config = parseSettings(start.settings)
  const { log, flush } = openLog(config.logLevel, 'batched')
  process.on('exit', flush)
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'a fault that nobody caught')
    process.exit(1)
  })
  const now = () => new Date()
  const store = await openStore({
    url: config.database.url.reveal(),
    keySecret: Buffer.from(start.keySecret, 'base64'),
    now,
    role: 'worker',
    poolSize: Math.max(SMALLEST_POOL, Math.floor(POOL_OF_NODE / config.workers)),
  })
  const contacts = new ContactRecorder(store, log)
  const intune = intuneOfProcess(config, contacts, now)
  const snapshots = snapshotSource(store, { publicUrl: config.publicUrl, now, log, vouching: intune.vouching })
  await snapshots.current()
  const hours = new HourCounter(store, log)
  let bound: BoundAddresses = { listen: config.listen }
  // Made for its side effect: from then on the primary can ask this process for its figures.
  new AggregatorRegistry()
  const metrics = prometheusMetrics(register, clusterFigures())
  const records = new DecisionRecorder({ store, log, metrics, now })
  const context: ServerContext = {
    config,
    store,
    snapshots,
    log,
    metrics,
    hours,
    records,
    intune,
    now,
    baseUrl: () => config.publicUrl ?? urlOf(bound.listen, config),
    pageUrl: () => pageUrlOf(bound, config),
  }
  const listeners = await listen(context)
  bound = listeners.bound
  await send({ chancery: 'ready', bound })
  await stopped
  await listeners.close()
  await hours.close()
  await records.close()
  await contacts.flush()
  await store.close()
  process.exit(0)
}

function told<K extends ToWorker['chancery']>(kind: K): Promise<Extract<ToWorker, { chancery: K }>> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (isOurs<ToWorker>(message) && message.chancery === kind) resolve(message as Extract<ToWorker, { chancery: K }>)
    })
  })
}

function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve()
    else process.send(message, () => resolve())
  })
}

/** Why a listener or the store cannot be had, for whoever started the server. */
function sentenceOf(error: unknown): string {
  if (error instanceof StoreError) return error.message
  const { code, address, port, message } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  if (code === 'EADDRINUSE') return `Something else is listening on ${address}:${port}. Change the address, or stop it.`
  if (code === 'EACCES') return `This user may not listen on ${address}:${port}.`
  return `A server process could not start: ${message}`
}
