import { median, percentile } from '../ceiling.ts'
import { figure } from '../figure.ts'
import { CONTROLS, type Control, REFUSALS, type RefusalClass } from './class.ts'
import type { Times, TimesByClass } from './collect.ts'
import { ALPHA, type Comparison, compare } from './compare.ts'

export interface Run {
  readonly samples: number
  readonly connections: number
  readonly heldMicroseconds: number
}

const PAIRS = REFUSALS.flatMap((first, at) => REFUSALS.slice(at + 1).map((second) => [first, second] as const))
/** What the deadline hides: beyond this the work itself would tell the steps apart once the deadline is overrun. */
const MOST_SERVER_MILLISECONDS = 0.1

/** Prints every comparison. @returns how many differences and failed controls there are */
export function judge(times: TimesByClass, run: Run): number {
  const of = (name: RefusalClass): Times => times.get(name) ?? { http: [], server: [] }
  const about = { n: run.samples, connections: run.connections }
  let faults = 0
  for (const name of REFUSALS) {
    const { http, server } = of(name)
    const sorted = [...http].sort((a, b) => a - b)
    const spread = { p1: round(percentile(sorted, 0.01)), p99: round(percentile(sorted, 0.99)) }
    figure('refusal-time', median(http), 'ms', {
      class: name,
      ...spread,
      serverMedian: round(median(server)),
      ...about,
    })
  }
  for (const [first, second] of PAIRS) {
    const found = compare(of(first).http, of(second).http, PAIRS.length)
    const verdict = found.differs ? 'difference' : 'no difference'
    faults += tell('refusal-http-difference', found, { between: `${first} | ${second}`, ...about }, verdict)
  }
  for (const [first, second] of PAIRS) {
    const found = compare(of(first).server, of(second).server, PAIRS.length)
    const target = `interval within ${MOST_SERVER_MILLISECONDS} ms`
    faults += tell(
      'refusal-server-difference',
      found,
      { between: `${first} | ${second}`, target, ...about },
      within(found),
    )
  }
  for (const control of Object.keys(CONTROLS) as Control[]) {
    const { like, differs } = CONTROLS[control]
    const found = compare(of(control).http, of(like).http, 1)
    const between = `${like} | ${control}`
    const heldMicroseconds = round(differs ? run.heldMicroseconds : 0)
    const verdict = found.differs === differs ? 'as it should be' : differs ? 'too coarse to tell' : 'difference'
    faults += tell('refusal-control', found, { between, heldMicroseconds, ...about }, verdict)
  }
  return faults
}

type Verdict = 'no difference' | 'as it should be' | 'difference' | 'too coarse to tell'

/** Equivalence has to be shown: on a busy machine the interval is wide, and says nothing. */
function within({ low, high }: Comparison): Verdict {
  if (Math.max(Math.abs(low), Math.abs(high)) <= MOST_SERVER_MILLISECONDS) return 'no difference'
  return low > MOST_SERVER_MILLISECONDS || high < -MOST_SERVER_MILLISECONDS ? 'difference' : 'too coarse to tell'
}

function tell(
  name: string,
  { medianDifference, differs: _, ...rest }: Comparison,
  about: Readonly<Record<string, number | string>>,
  verdict: Verdict,
): number {
  const rounded = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, round(value)]))
  figure(name, medianDifference, 'ms', { ...about, ...rounded, alpha: ALPHA, verdict })
  return verdict === 'no difference' || verdict === 'as it should be' ? 0 : 1
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
