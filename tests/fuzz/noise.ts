/** Repeatable chance: the same numbers for the same seed, in every run. */
export interface Noise {
  /** A whole number from 0 to below the limit. */
  below(limit: number): number
  /** True once in so many times. */
  once(inTimes: number): boolean
  pick<T>(list: readonly T[]): T
  octets(length: number): Buffer
}

/** @param seed a run's; the other numbers make each case of it a stream of its own */
export function noise(seed: number, ...more: readonly number[]): Noise {
  let state = more.reduce((mixed, number) => scramble(mixed ^ (number | 0)), scramble(seed | 0))
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    return scramble(state) >>> 0
  }
  const below = (limit: number) => next() % limit
  return {
    below,
    once: (inTimes) => below(inTimes) === 0,
    pick<T>(list: readonly T[]): T {
      const found = list[below(list.length)]
      if (found === undefined) throw new RangeError('nothing to pick from')
      return found
    },
    octets: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  }
}

/** The finaliser of mulberry32. */
function scramble(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 15), 1 | number)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return mixed ^ (mixed >>> 14)
}
