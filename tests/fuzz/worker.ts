/** Runs cases in a thread of its own, which the main thread can end when one of them never comes back. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { growthsOf } from './growth.ts'
import { minimise } from './minimise.ts'
import { isSlow, runCases, signature, type Tally } from './run-cases.ts'
import { makeSamples } from './samples.ts'
import { sharedCase } from './shared-case.ts'
import { outcomeOf, type Target } from './target.ts'
import { TARGETS } from './targets.ts'

export interface Assignment {
  readonly name: string
  readonly seed: number
  readonly from: number
  readonly to: number
  readonly growth: boolean
  readonly memory: SharedArrayBuffer
}

export type Told =
  | { readonly told: 'finding'; readonly kind: string; readonly why: string; readonly input: Uint8Array }
  | { readonly told: 'done'; readonly tally: Tally; readonly heap: number }

const { name, seed, from, to, growth, memory } = workerData as Assignment
const target = TARGETS[name] as Target
const shared = sharedCase(memory)
const samples = await makeSamples()
const tell = (message: Told) => parentPort?.postMessage(message)
const minimising: Promise<void>[] = []
/** Cases until caches are full; what the heap grows by from then on is lost. */
const WARM_UP = 2000
const MOST_GROWTH = 16 << 20
let heapWhenWarm: number | undefined

process.on('unhandledRejection', (error) => {
  const { input } = shared.read()
  tell({ told: 'finding', kind: 'rejection', why: `unhandled rejection: ${signature(error)}`, input })
})

const tally = await runCases(
  target,
  samples,
  { seed, from, to },
  {
    starts(index, input) {
      shared.write(index, input)
      if (index === from + WARM_UP) heapWhenWarm = heapInUse()
    },
    found({ kind, input, why }) {
      minimising.push(
        minimise(input, (candidate) => failsAlike(candidate, kind, why)).then((smallest) =>
          tell({ told: 'finding', kind, why, input: smallest }),
        ),
      )
    },
  },
)
await Promise.all(minimising)
if (growth) {
  for await (const { input, why } of growthsOf(target, samples, (input) => shared.write(-1, input)))
    tell({ told: 'finding', kind: 'growth', why, input })
}
const heap = heapInUse()
if (heap - (heapWhenWarm ?? heap) > MOST_GROWTH) {
  const why = `the heap grew from ${heapWhenWarm} to ${heap} octets`
  tell({ told: 'finding', kind: 'leak', why, input: shared.read().input })
}
tell({ told: 'done', tally, heap })

async function failsAlike(candidate: Buffer, kind: string, why: string): Promise<boolean> {
  shared.write(-1, candidate)
  if (kind === 'slow') return isSlow(target, candidate)
  const result = await outcomeOf(target, candidate)
  return result.outcome === 'finding' && signature(result.error) === why
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
