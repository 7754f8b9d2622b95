import { kolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts'
import { mannWhitney } from '../statistics/mann-whitney.ts'
import { medianDifference } from '../statistics/median-difference.ts'

/** Probability, of all comparisons of one kind together, to find a difference where there is none. */
export const ALPHA = 0.01
/** Mann-Whitney sees a shift, Kolmogorov-Smirnov any other change of shape; both look at each pair. */
const TESTS_A_PAIR = 2

export interface Comparison {
  readonly differs: boolean
  /** What p is held against: ALPHA by the number of tests (Bonferroni). */
  readonly threshold: number
  readonly medianDifference: number
  /** 99 % interval of it, by bootstrap. */
  readonly low: number
  readonly high: number
  readonly mannWhitneyP: number
  readonly cliffsDelta: number
  readonly kolmogorovSmirnovD: number
  readonly kolmogorovSmirnovP: number
}

/** Two samples, as one of so many pairs. */
export function compare(first: readonly number[], second: readonly number[], pairs: number): Comparison {
  const rank = mannWhitney(first, second)
  const shape = kolmogorovSmirnov(first, second)
  const threshold = ALPHA / (pairs * TESTS_A_PAIR)
  const { difference, low, high } = medianDifference(first, second, 0.99)
  return {
    differs: Math.min(rank.p, shape.p) < threshold,
    threshold,
    medianDifference: difference,
    low,
    high,
    mannWhitneyP: rank.p,
    cliffsDelta: rank.delta,
    kolmogorovSmirnovD: shape.d,
    kolmogorovSmirnovP: shape.p,
  }
}
