import { median } from '../ceiling.ts'
import { figure, say } from '../figure.ts'
import { type NewStore, onBothDatabases } from '../inventory/both-databases.ts'
import { fill } from '../inventory/fill.ts'
import { type LoadFigures, runLoad } from '../run-load.ts'
import { inTurns } from '../turns.ts'
import { forgetCaches } from './forget-caches.ts'
import { newSide, type Side } from './side.ts'

const CERTIFICATES = Number(process.env.BENCH_CERTIFICATES ?? 1_000_000)
const CONNECTIONS = 32
const WINDOW_REQUESTS = Number(process.env.BENCH_REQUESTS ?? 2000)
const WARM_UP = Math.ceil(WINDOW_REQUESTS / 2)
const WARM_WINDOWS = 7
const COLD_WINDOWS = 3

/** Enrolments a second with a million certificates in the store against an empty one, on both databases. */
export function measureLarge(): Promise<void> {
  return onBothDatabases(measureOn)
}

async function measureOn(newStore: NewStore): Promise<void> {
  const sides = { large: await newSide(newStore), empty: await newSide(newStore) }
  try {
    const database = await sides.large.standingStill(async (opened, sample) => {
      say(`enrolment-large: ${opened.name}, filling up to ${CERTIFICATES}`)
      await fill(opened, sample, 1, CERTIFICATES)
      return opened.name
    })
    const about = { database, certificates: CERTIFICATES, connections: CONNECTIONS }
    const cold = new Comparison()
    let forgotten = ''
    for (let window = 0; window < COLD_WINDOWS; window++) {
      say(`enrolment-large: ${database}, cold, window ${window + 1} of ${COLD_WINDOWS}`)
      // The server is new too: nothing is compiled yet and its own cache is empty, on both sides.
      for (const side of [sides.large, sides.empty]) forgotten = await side.standingStill(forgetCaches)
      await cold.add(sides, window)
    }
    cold.print({ ...about, cache: 'cold', forgotten })
    const warm = new Comparison()
    for (const side of [sides.large, sides.empty]) {
      for (const workload of await side.maker.make([WARM_UP])) await runLoad(side.server, workload, CONNECTIONS)
    }
    for (let window = 0; window < WARM_WINDOWS; window++) {
      say(`enrolment-large: ${database}, warm, window ${window + 1} of ${WARM_WINDOWS}`)
      await warm.add(sides, window)
    }
    warm.print({ ...about, cache: 'warm' })
  } finally {
    await sides.large.discard()
    await sides.empty.discard()
  }
}

class Comparison {
  readonly #windows: (readonly [large: LoadFigures, empty: LoadFigures])[] = []

  async add({ large, empty }: { readonly large: Side; readonly empty: Side }, window: number): Promise<void> {
    const [onLarge] = await large.maker.make([WINDOW_REQUESTS])
    const [onEmpty] = await empty.maker.make([WINDOW_REQUESTS])
    if (onLarge === undefined || onEmpty === undefined) throw new Error('no workload')
    const turns = [
      { server: large.server, workload: onLarge },
      { server: empty.server, workload: onEmpty },
    ] as const
    this.#windows.push(await inTurns(turns, window, CONNECTIONS))
  }

  print(about: Readonly<Record<string, number | string>>): void {
    const ratio = (name: 'perSecond' | 'serverCpuMicroseconds' | 'p99Milliseconds') =>
      median(this.#windows.map(([large, empty]) => large[name] / empty[name]))
    const failures = this.#windows.flat().reduce((total, { httpFailures }) => total + httpFailures, 0)
    figure('rate-large-to-rate-empty', ratio('perSecond'), 'ratio', { ...about, target: '>= 0.9' })
    figure('cpu-large-to-cpu-empty', ratio('serverCpuMicroseconds'), 'ratio', about)
    figure('p99-large-to-p99-empty', ratio('p99Milliseconds'), 'ratio', about)
    figure('http-failures', failures, 'answers', { ...about, target: '0' })
  }
}
