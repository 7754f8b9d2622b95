import { Worker } from 'node:worker_threads'
import type { Tally } from './run-cases.ts'
import { sharedCase } from './shared-case.ts'
import type { Assignment, Told } from './worker.ts'

/** How long one case may keep the thread before it counts as one that never ends. */
const HANGS_MILLISECONDS = 60_000
const LOOK_EVERY_MILLISECONDS = 500
/** A thread that needs more than this for one target leaks, or was told to allocate by an input. */
const HEAP_MEGABYTES = 512

export interface Report {
  readonly kind: string
  readonly why: string
  readonly input: Buffer
}

export interface RunWatch {
  found(report: Report): void
  progress(index: number): void
}

/** All cases of one target; after one that hangs or ends the thread the next thread goes on behind it. */
export async function runTarget(order: Omit<Assignment, 'memory'>, watch: RunWatch): Promise<Tally & { heap: number }> {
  let total: Tally & { heap: number } = { cases: 0, read: 0, reasons: 0, slowestMilliseconds: 0, heap: 0 }
  for (let from = order.from; ; ) {
    const ended = await runThread({ ...order, from }, watch)
    if ('tally' in ended) {
      const { tally, heap } = ended
      total = { ...tally, cases: total.cases + tally.cases, heap }
      return total
    }
    watch.found(ended)
    if (ended.index < from) return total // not in a case, but in what comes before or behind them
    total = { ...total, cases: total.cases + ended.index + 1 - from }
    from = ended.index + 1
  }
}

type Ended = { readonly tally: Tally; readonly heap: number } | (Report & { readonly index: number })

function runThread(order: Omit<Assignment, 'memory'>, watch: RunWatch): Promise<Ended> {
  const shared = sharedCase()
  const workerData: Assignment = { ...order, memory: shared.memory }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
  })
  return new Promise((resolve) => {
    let ticks = -1
    let changed = performance.now()
    const looking = setInterval(() => {
      const now = shared.ticks()
      if (now !== ticks) {
        ticks = now
        changed = performance.now()
        watch.progress(shared.read().index)
      } else if (performance.now() - changed > HANGS_MILLISECONDS && ticks > 0) {
        end({ kind: 'hang', why: `longer than ${HANGS_MILLISECONDS / 1000} s`, ...shared.read() })
      }
    }, LOOK_EVERY_MILLISECONDS)
    const end = (ended: Ended) => {
      clearInterval(looking)
      worker.terminate()
      resolve(ended)
    }
    worker.on('message', (message: Told) => {
      if (message.told === 'done') end(message)
      else watch.found({ kind: message.kind, why: message.why, input: Buffer.from(message.input) })
    })
    worker.on('error', (error) => end({ kind: 'crash', why: String(error), ...shared.read() }))
  })
}
