/** How many PKIOperations a process works on at a time; one more would wait longer than its device does. */
const MOST_AT_ONCE = 512

/** Counts what is being worked on, so that overload is a quick 503 and not a slow one (design, rule 16). */
export class Gate {
  #entered = 0
  readonly #most: number

  constructor(most = MOST_AT_ONCE) {
    this.#most = most
  }

  /** False: too much is waiting already. Who entered must leave. */
  enter(): boolean {
    if (this.#entered >= this.#most) return false
    this.#entered++
    return true
  }

  leave(): void {
    this.#entered--
  }
}
