import { expect, test } from 'vitest'
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts'
import { mannWhitney } from './mann-whitney.ts'
import { medianDifference } from './median-difference.ts'
import { twoSided } from './normal.ts'

/** Numbers from 0 to below 1, the same ones in every run (a linear congruential generator). */
function repeatable(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const shifted = (random: () => number, count: number, by = 0) => Array.from({ length: count }, () => random() + by)

test('the normal tail is that of the tables', () => {
  expect(twoSided(0)).toBeCloseTo(1, 6)
  expect(twoSided(1.959964)).toBeCloseTo(0.05, 6)
  expect(twoSided(-2.575829)).toBeCloseTo(0.01, 6)
  expect(twoSided(6) / 1.9731752900753e-9).toBeCloseTo(1, 5)
})

test('Mann-Whitney: U of the example of Hollander and Wolfe (1973, p. 69), p from it', () => {
  const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
  const y = [1.15, 0.88, 0.9, 0.74, 1.21]
  const found = mannWhitney(x, y)
  expect(found.u).toBe(35)
  expect(found.p).toBeCloseTo(twoSided(9.5 / Math.sqrt((10 * 5 * 16) / 12)), 10)
  expect(found.delta).toBeCloseTo(0.4, 10)
})

test('ties share their ranks', () => {
  // By counting pairs, equal ones as a half: each 2 has a half, the 3 has one and two halves.
  expect(mannWhitney([1, 2, 2, 3], [2, 3, 3, 4]).u).toBe(3)
  expect(mannWhitney([5, 5], [5, 5])).toEqual({ u: 2, p: 1, delta: 0 })
})

test('Kolmogorov-Smirnov: the distance by hand, and the critical value of the tables', () => {
  expect(kolmogorovSmirnov([1, 2, 3, 4], [3, 4, 5, 6]).d).toBe(0.5)
  expect(kolmogorovSmirnov([1, 1, 2], [1, 1, 2])).toEqual({ d: 0, p: 1 })
  // Two samples of n: 1.358 √(2/n) at 5 %, 1.628 √(2/n) at 1 %.
  const n = 20_000
  const apart = (d: number) =>
    kolmogorovSmirnov(
      Array.from({ length: n }, (_, i) => i),
      Array.from({ length: n }, (_, i) => i + d * n),
    )
  expect(apart(1.358 * Math.sqrt(2 / n)).p).toBeCloseTo(0.05, 2)
  expect(apart(1.628 * Math.sqrt(2 / n)).p).toBeCloseTo(0.01, 2)
})

test('two samples of one distribution show no difference, a small shift shows', () => {
  const random = repeatable(1)
  const [a, b] = [shifted(random, 5000), shifted(random, 5000)]
  const late = shifted(random, 5000, 0.05)
  expect(mannWhitney(a, b).p).toBeGreaterThan(0.01)
  expect(kolmogorovSmirnov(a, b).p).toBeGreaterThan(0.01)
  expect(mannWhitney(a, late).p).toBeLessThan(1e-6)
  expect(kolmogorovSmirnov(a, late).p).toBeLessThan(1e-6)
})

test('p is as often below alpha as it says', () => {
  const random = repeatable(2)
  const runs = Array.from({ length: 400 }, () => [shifted(random, 60), shifted(random, 60)] as const)
  const share = (p: (a: readonly number[], b: readonly number[]) => { p: number }) =>
    runs.filter(([a, b]) => p(a, b).p < 0.1).length / runs.length
  for (const one of [share(mannWhitney), share(kolmogorovSmirnov)]) {
    expect(one).toBeGreaterThan(0.05)
    expect(one).toBeLessThan(0.16)
  }
})

test('the interval of the difference of medians holds the true one', () => {
  const random = repeatable(3)
  const found = medianDifference(shifted(random, 3000, 0.25), shifted(random, 3000), 0.99, random)
  expect(found.low).toBeLessThan(0.25)
  expect(found.high).toBeGreaterThan(0.25)
  expect(found.high - found.low).toBeLessThan(0.1)
  expect(found.difference).toBeCloseTo(0.25, 1)
})
