import { cpuMilliseconds } from './cpu-time.ts'
import { noise } from './noise.ts'
import type { Samples } from './samples.ts'
import { outcomeOf, type Target } from './target.ts'
import { mutatorOf } from './targets.ts'

/** Milliseconds of work that a case may take: inputs have at most some hundred thousand octets. */
const SLOW_MILLISECONDS = 100

export interface Found {
  readonly kind: 'error' | 'slow'
  readonly input: Buffer
  readonly why: string
}

export interface Watch {
  /** Before a case, so that an input that never comes back is known. */
  starts?(index: number, input: Buffer): void
  found(finding: Found): void
}

export interface Tally {
  readonly cases: number
  readonly read: number
  /** Different reasons for a refusal. */
  readonly reasons: number
  readonly slowestMilliseconds: number
}

/** Cases `from` to before `to` of one target; a finding is told once for each way in which it shows. */
export async function runCases(
  target: Target,
  samples: Samples,
  { seed, from, to }: { readonly seed: number; readonly from: number; readonly to: number },
  watch: Watch,
): Promise<Tally> {
  const mutator = mutatorOf(target, samples)
  const reasons = new Set<string>()
  const told = new Set<string>()
  let read = 0
  let slowest = 0
  for (let index = from; index < to; index++) {
    const input = mutator.next(noise(seed, index))
    watch.starts?.(index, input)
    const started = performance.now()
    const result = await outcomeOf(target, input)
    const took = performance.now() - started
    slowest = Math.max(slowest, took)
    if (result.outcome === 'read') read++
    else if (result.outcome === 'refused') reasons.add(result.why)
    else tell({ kind: 'error', input, why: signature(result.error) })
    if (took > SLOW_MILLISECONDS && (await isSlow(target, input))) tell({ kind: 'slow', input, why: 'slow' })
  }
  return { cases: to - from, read, reasons: reasons.size, slowestMilliseconds: slowest }

  function tell(finding: Found): void {
    if (told.has(finding.why)) return
    told.add(finding.why)
    watch.found(finding)
  }
}

/** By its own work, three times in a row. */
export async function isSlow(target: Target, input: Buffer): Promise<boolean> {
  for (let attempt = 0; attempt < 3; attempt++) {
    if ((await cpuMilliseconds(() => outcomeOf(target, input))) < SLOW_MILLISECONDS) return false
  }
  return true
}

/** What an error is recognised by: its words without numbers and quotations, and the first place of ours in its stack. */
export function signature(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(inner instanceof Error)) return String(error)
  const place = /\/((?:packages|apps)\/[^)\s]+?):\d+:\d+/.exec(inner.stack ?? '')?.[1] ?? '?'
  return `${inner.name}: ${inner.message
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\d+/g, '#')
    .slice(0, 120)} (${place})`
}
