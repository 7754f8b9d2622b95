import { IntuneError } from './intune-error.ts'
import type { IntunePorts } from './ports.ts'

/** What is tried, in this order. */
export type TestStep = 'settings' | 'graphToken' | 'discovery' | 'intuneToken' | 'validation' | 'revocation'

export interface TestedStep {
  readonly step: TestStep
  /** `skipped`: what it needs has failed. */
  readonly verdict: 'passed' | 'warning' | 'failed' | 'skipped'
  /** What was found, or what is wrong and what to do about it. */
  readonly sentence: string
}

export interface ConnectionTest {
  readonly steps: readonly TestedStep[]
  /** Application permissions that were granted, as the tokens say. */
  readonly roles: { readonly graph: readonly string[]; readonly intune: readonly string[] }
}

interface Finding<T> {
  readonly found: T
  readonly sentence: string
  /** `passed` if left out. */
  readonly verdict?: 'warning'
}

/** Consent that was just granted reaches the tokens later: it is looked for again after these pauses. */
const CONSENT_PAUSES_MILLISECONDS = [2000, 4000]

/** A connection on trial: steps, of which one needs what another has found. */
export class TestRun {
  readonly steps: TestedStep[] = []
  readonly budget: AbortSignal
  readonly #ports: Pick<IntunePorts, 'pause'>

  constructor(ports: Pick<IntunePorts, 'pause' | 'limits'>) {
    this.#ports = ports
    this.budget = AbortSignal.timeout(ports.limits.jobMilliseconds)
  }

  /** @returns what was found; undefined: nothing, for it was skipped or has failed */
  async step<N, T>(
    step: TestStep,
    need: N | undefined,
    find: (need: N) => Promise<Finding<T>>,
  ): Promise<T | undefined> {
    if (need === undefined) {
      this.steps.push({ step, verdict: 'skipped', sentence: 'Not tried: what it needs has failed.' })
      return undefined
    }
    try {
      const { found, sentence, verdict = 'passed' } = await find(need)
      this.steps.push({ step, verdict, sentence })
      return found
    } catch (error) {
      if (!(error instanceof IntuneError)) throw error
      this.steps.push({ step, verdict: 'failed', sentence: error.message })
      return undefined
    }
  }

  /** Again, where a permission is missing that may be on its way. */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (const pause of CONSENT_PAUSES_MILLISECONDS) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof IntuneError) || error.code !== 'ERR_INTUNE_FORBIDDEN') throw error
        const isOver = await this.#ports.pause(pause, this.budget).then(
          () => false,
          () => true,
        )
        if (isOver) throw error
      }
    }
    return work()
  }
}
