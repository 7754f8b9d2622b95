import { UpstreamError } from './upstream-error.ts'

/** So many calls at a time, and so many that wait for one to end; more are turned away at once. */
export class Slots {
  readonly #most: number
  readonly #mostWaiting: number
  #taken = 0
  readonly #waiting: (() => void)[] = []

  constructor(most: number, mostWaiting: number) {
    this.#most = most
    this.#mostWaiting = mostWaiting
  }

  /** @throws {UpstreamError} `ERR_UPSTREAM_BUSY` when too many wait already */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken < this.#most) this.#taken++
    else await this.#turn()
    try {
      return await work()
    } finally {
      // The slot goes to the next one, or is free.
      const next = this.#waiting.shift()
      if (next === undefined) this.#taken--
      else next()
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) {
      throw new UpstreamError(
        'ERR_UPSTREAM_BUSY',
        'So many requests wait for the SCEP server already that this one is sent later.',
      )
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
