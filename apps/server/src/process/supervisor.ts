import cluster, { type Worker } from 'node:cluster'
import type { Logger } from 'pino'
import type { BoundAddresses } from '../http/listen.ts'
import { StartError } from '../installation/start-error.ts'
import { type FromWorker, isOurs, type ToWorker } from './messages.ts'

type Start = Extract<ToWorker, { chancery: 'start' }>

export interface SupervisorOptions {
  readonly count: number
  /** The same for every worker: node:cluster lets those share a socket that ask for one address, be it port 0. */
  readonly start: Start
  /** The figures of all workers. */
  readonly metrics: () => Promise<string>
  /** One more worker listens. */
  readonly onReady: () => void
  readonly log: Logger
}

export interface Supervisor {
  /** Resolves when all workers listen, rejects when one cannot. */
  readonly ready: Promise<BoundAddresses>
  /** Lets every worker finish what it began. */
  stop(): Promise<void>
}

/** A worker that lived this long was not ill from birth: it is replaced at once. */
const HEALTHY_MILLISECONDS = 30_000
const FIRST_PAUSE_MILLISECONDS = 100
const LONGEST_PAUSE_MILLISECONDS = 30_000
/** Longer than any request may take. */
const PATIENCE_MILLISECONDS = 40_000

/** Starts the workers and puts a new one in the place of each that dies, slower and slower if it keeps dying. */
export function supervise({ count, start, metrics, onReady, log }: SupervisorOptions): Supervisor {
  const { promise, resolve, reject } = Promise.withResolvers<BoundAddresses>()
  const gone = Promise.withResolvers<void>()
  const living = new Set<Worker>()
  let listening = 0
  let early = 0
  let stopping = false

  const launch = (): void => {
    if (stopping) return
    const worker = cluster.fork()
    const born = performance.now()
    let why: string | undefined
    living.add(worker)
    worker.on('error', (error) => log.warn({ err: error, worker: worker.process.pid }, 'worker channel'))
    worker.on('message', (message: unknown) => {
      if (!isOurs<FromWorker>(message)) return
      if (message.chancery === 'ready') {
        onReady()
        if (++listening === count) resolve(message.bound)
      } else if (message.chancery === 'failed') why = message.why
      else void sendMetrics(worker, message.ticket, metrics, log)
    })
    worker.once('exit', (code, signal) => {
      living.delete(worker)
      if (stopping) {
        if (living.size === 0) gone.resolve()
        return
      }
      reject(new StartError(why ?? `A server process ended with ${signal ?? code} before it was ready.`))
      if (listening < count) return
      early = performance.now() - born < HEALTHY_MILLISECONDS ? early + 1 : 0
      const pause = early === 0 ? 0 : Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (early - 1), LONGEST_PAUSE_MILLISECONDS)
      log.error({ worker: worker.process.pid, code, signal, why, pause }, 'worker died; another one takes its place')
      setTimeout(launch, pause)
    })
    send(worker, start)
  }
  for (let index = 0; index < count; index++) launch()

  return {
    ready: promise,
    async stop() {
      stopping = true
      if (living.size === 0) return
      for (const worker of living) send(worker, { chancery: 'stop' })
      const timer = setTimeout(() => {
        for (const worker of living) worker.process.kill('SIGKILL')
      }, PATIENCE_MILLISECONDS)
      await gone.promise
      clearTimeout(timer)
    },
  }
}

async function sendMetrics(worker: Worker, ticket: number, metrics: () => Promise<string>, log: Logger): Promise<void> {
  try {
    send(worker, { chancery: 'metrics', ticket, text: await metrics() })
  } catch (error) {
    // A worker that is only just starting does not answer yet.
    log.warn({ err: error }, 'the figures of the workers could not be put together')
    send(worker, { chancery: 'metrics', ticket, text: undefined })
  }
}

/** A worker that is just dying cannot be told anything. */
function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => undefined)
}
