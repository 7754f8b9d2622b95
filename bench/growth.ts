import { discard, startOnCopy, type Template } from './bench-server.ts'
import { median } from './ceiling.ts'
import { figure, say } from './figure.ts'
import { runLoad } from './run-load.ts'
import { inTurns } from './turns.ts'
import type { WorkloadMaker } from './workload.ts'

const CERTIFICATES = 20_000
const CONNECTIONS = 32
const WINDOWS = 7
const WINDOW_REQUESTS = 1500
const WARM_UP = 300

/**
 * How the rate changes from 0 to 20,000 certificates in the store: windows on the full store and on a fresh one take
 * turns, so that whatever else the machine does meets both alike.
 */
export async function measureGrowth(template: Template, maker: WorkloadMaker): Promise<void> {
  say(`growth: filling a store with ${CERTIFICATES} certificates`)
  const full = await startOnCopy(template)
  const fills = await maker.make(Array.from({ length: 4 }, () => CERTIFICATES / 4))
  for (const fill of fills) await runLoad(full, fill, CONNECTIONS)
  const rates: number[] = []
  const cpu: number[] = []
  for (let window = 0; window < WINDOWS; window++) {
    say(`growth: window ${window + 1} of ${WINDOWS}`)
    const [warmUp, onFresh, onFull] = await maker.make([WARM_UP, WINDOW_REQUESTS, WINDOW_REQUESTS])
    if (warmUp === undefined || onFresh === undefined || onFull === undefined) throw new Error('no workload')
    const fresh = await startOnCopy(template)
    await runLoad(fresh, warmUp, CONNECTIONS)
    const turns = [
      { server: full, workload: onFull },
      { server: fresh, workload: onFresh },
    ] as const
    const [atFull, atFresh] = await inTurns(turns, window, CONNECTIONS)
    rates.push(atFull.perSecond / atFresh.perSecond)
    cpu.push(atFull.serverCpuMicroseconds / atFresh.serverCpuMicroseconds)
    await discard(fresh)
  }
  await discard(full)
  figure('rate-at-20000-to-rate-at-0', median(rates), 'ratio', { windows: WINDOWS, target: '>= 0.9' })
  // Less at the mercy of what else the machine does than the rate.
  figure('cpu-at-20000-to-cpu-at-0', median(cpu), 'ratio', { windows: WINDOWS })
}
