import { Unavailable } from '@chancery/ra'

export interface Room {
  /** Each holds a thread of the pool for tens of milliseconds; more at a time would starve what else uses it (rules 12, 16). */
  readonly atOnce: number
  /** Who would wait longer than it is worth is told to come again. */
  readonly waiting: number
  /** For the refusal: what is waiting. */
  readonly of: string
}

const OF_ENVELOPES: Room = { atOnce: 2, waiting: 64, of: 'envelopes under a password' }

/** Hands out turns at deriving keys from passwords, in the order in which they were asked for. */
export class Derivations {
  readonly #room: Room
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(room: Room = OF_ENVELOPES) {
    this.#room = room
  }

  /** @throws {Unavailable} when too many are waiting already */
  async turn<T>(work: () => Promise<T>): Promise<T> {
    const { atOnce, waiting, of } = this.#room
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= waiting) throw new Unavailable(`too many ${of} are waiting`)
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
