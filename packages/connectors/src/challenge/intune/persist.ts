import { NoAnswer } from './exchange.ts'
import { IntuneError } from './intune-error.ts'
import type { IntunePorts, IntuneResponse } from './ports.ts'
import { secondsOf } from './retry-after.ts'

/** When a call is made again, and how often. */
export interface Persistence {
  readonly retries: number
  readonly statuses: ReadonlySet<number>
}

/** Faults that pass. */
export const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

const FIRST_PAUSE_MILLISECONDS = 500

/**
 * Makes a call until it is answered otherwise than by a fault that passes. What the call itself needed and did not get, a
 * token, has been asked for often enough already.
 * @returns the last answer, whatever it is
 * @throws {IntuneError} there was none
 */
export async function persist(
  attempt: () => Promise<IntuneResponse>,
  { retries, statuses }: Persistence,
  ports: Pick<IntunePorts, 'pause' | 'random' | 'limits'>,
  budget: AbortSignal,
): Promise<IntuneResponse> {
  for (let retry = 1; ; retry++) {
    const outcome = await settled(attempt)
    const mayPass = outcome instanceof NoAnswer || statuses.has(outcome.status)
    if (mayPass && retry <= retries && (await isPaused(pauseBefore(retry, outcome, ports), ports, budget))) continue
    if (!(outcome instanceof NoAnswer)) return outcome
    throw new IntuneError('ERR_INTUNE_UNREACHABLE', outcome.message, { cause: outcome })
  }
}

export async function settled(attempt: () => Promise<IntuneResponse>): Promise<IntuneResponse | NoAnswer> {
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof NoAnswer) return error
    throw error
  }
}

/** Doubled each time, and at least as long as was asked for. */
function pauseBefore(
  retry: number,
  outcome: IntuneResponse | NoAnswer,
  { random }: Pick<IntunePorts, 'random'>,
): number {
  const own = FIRST_PAUSE_MILLISECONDS * 2 ** (retry - 1) * (1 + random() / 2)
  const asked = outcome instanceof NoAnswer ? undefined : secondsOf(outcome.headers['retry-after'])
  return Math.max(own, (asked ?? 0) * 1000)
}

/** @returns false: it would take too long */
async function isPaused(
  milliseconds: number,
  { pause, limits }: Pick<IntunePorts, 'pause' | 'limits'>,
  budget: AbortSignal,
): Promise<boolean> {
  if (budget.aborted || milliseconds > limits.longestPauseMilliseconds) return false
  return pause(milliseconds, budget).then(
    () => true,
    () => false,
  )
}
