import { IntuneError } from './intune-error.ts'
import type { IntunePorts, IntuneResponse } from './ports.ts'
import { secondsOf } from './token-refusal.ts'

/** When a call is made again, and how often. */
export interface Persistence {
  readonly retries: number
  readonly statuses: ReadonlySet<number>
}

/** Faults that pass. */
export const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

const FIRST_PAUSE_MILLISECONDS = 500

/**
 * Makes a call until it is answered otherwise than by a fault that passes.
 * @returns the last answer, whatever it is
 * @throws {IntuneError} of the last attempt
 */
export async function persist(
  attempt: () => Promise<IntuneResponse>,
  { retries, statuses }: Persistence,
  ports: Pick<IntunePorts, 'pause' | 'random' | 'limits'>,
  budget: AbortSignal,
): Promise<IntuneResponse> {
  for (let made = 0; ; made++) {
    const outcome = await settle(attempt)
    const mayPass =
      outcome instanceof IntuneError ? outcome.code === 'ERR_INTUNE_UNREACHABLE' : statuses.has(outcome.status)
    const wait = mayPass && made < retries && !budget.aborted ? pauseBefore(made + 1, outcome, ports) : undefined
    if (wait !== undefined) {
      const waited = await ports.pause(wait, budget).then(
        () => true,
        () => false,
      )
      if (waited) continue
    }
    if (outcome instanceof IntuneError) throw outcome
    return outcome
  }
}

async function settle(attempt: () => Promise<IntuneResponse>): Promise<IntuneResponse | IntuneError> {
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof IntuneError) return error
    throw error
  }
}

/** Doubled each time, and at least as long as was asked for. Undefined: that is too long. */
function pauseBefore(
  retry: number,
  outcome: IntuneResponse | IntuneError,
  { random, limits }: Pick<IntunePorts, 'random' | 'limits'>,
): number | undefined {
  const own = FIRST_PAUSE_MILLISECONDS * 2 ** (retry - 1) * (1 + random() / 2)
  const asked = outcome instanceof IntuneError ? undefined : secondsOf(outcome.headers['retry-after'])
  const wait = Math.max(own, (asked ?? 0) * 1000)
  return wait <= limits.longestPauseMilliseconds ? wait : undefined
}
