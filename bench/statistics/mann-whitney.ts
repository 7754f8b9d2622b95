import { twoSided } from './normal.ts'
import { ranksOf } from './rank.ts'

export interface MannWhitney {
  /** Of the first sample. */
  readonly u: number
  /** Two-sided, by the normal approximation with correction for ties and continuity. */
  readonly p: number
  /** Cliff's delta, from −1 to 1: how much more often a figure of the first sample is the larger one. */
  readonly delta: number
}

/** Whether figures of one sample tend to be larger than those of the other (Mann and Whitney 1947). */
export function mannWhitney(first: readonly number[], second: readonly number[]): MannWhitney {
  const [m, n] = [first.length, second.length]
  const { sumOfFirst, ties } = ranksOf(first, second)
  const u = sumOfFirst - (m * (m + 1)) / 2
  const mean = (m * n) / 2
  const total = m + n
  const variance = ((m * n) / 12) * (total + 1 - ties / (total * (total - 1)))
  const distance = Math.max(0, Math.abs(u - mean) - 0.5)
  return { u, p: variance === 0 ? 1 : twoSided(distance / Math.sqrt(variance)), delta: u / mean - 1 }
}
