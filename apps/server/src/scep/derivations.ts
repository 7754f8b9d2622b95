import { Unavailable } from '@chancery/ra'

/** Each holds a thread of the pool for tens of milliseconds; more at a time would starve what else uses it (rule 12). */
const MOST_AT_ONCE = 2
/** Who would wait longer than its device does is told to come again. */
const MOST_WAITING = 64

/** Hands out turns at deriving keys from passwords, in the order in which they were asked for. */
export class Derivations {
  #running = 0
  readonly #waiting: (() => void)[] = []

  /** @throws {Unavailable} when too many are waiting already */
  async turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MOST_AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) throw new Unavailable('too many envelopes under a password are waiting')
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#running++
    }
    try {
      return await work()
    } finally {
      // The place goes to the next one without being free in between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}
