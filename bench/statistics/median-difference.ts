import { median } from '../ceiling.ts'

export interface MedianDifference {
  readonly difference: number
  /** Percentile interval of the bootstrap. */
  readonly low: number
  readonly high: number
}

const RESAMPLES = 1000

/**
 * Median of the first sample less that of the second, and the interval in which resampling leaves it.
 * @param confidence 0.99 for the middle 99 % of the resamples
 */
export function medianDifference(
  first: readonly number[],
  second: readonly number[],
  confidence: number,
  random: () => number = Math.random,
): MedianDifference {
  const resampled = Float64Array.from(
    { length: RESAMPLES },
    () => resampledMedian(first, random) - resampledMedian(second, random),
  ).sort()
  const cut = Math.floor((RESAMPLES * (1 - confidence)) / 2)
  const [low = Number.NaN, high = Number.NaN] = [resampled[cut], resampled[RESAMPLES - 1 - cut]]
  return { difference: median(first) - median(second), low, high }
}

function resampledMedian(sample: readonly number[], random: () => number): number {
  const drawn = new Float64Array(sample.length)
  for (let i = 0; i < drawn.length; i++) drawn[i] = sample[Math.floor(random() * sample.length)] as number
  return drawn.sort()[Math.floor(drawn.length / 2)] ?? Number.NaN
}
