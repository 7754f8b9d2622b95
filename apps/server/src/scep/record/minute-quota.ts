const MINUTE = 60_000

/** What is told of those that were only counted. */
export interface Counted<Of> {
  readonly of: Of
  readonly minute: Date
  readonly count: number
}

interface Entry<Of> {
  readonly of: Of
  seen: number
}

/**
 * How many of one kind in one minute: the first ones pass, the others are counted. It holds so many kinds at most; those
 * beyond are counted together.
 */
export class MinuteQuota<Of> {
  readonly #entries = new Map<string, Entry<Of>>()
  readonly #inFull: number
  readonly #mostKinds: number
  readonly #beyond: Of
  #minute = 0
  #over: Counted<Of>[] = []

  /** @param beyond what those are called that have no place of their own */
  constructor(inFull: number, mostKinds: number, beyond: Of) {
    this.#inFull = inFull
    this.#mostKinds = mostKinds
    this.#beyond = beyond
  }

  /** False: it is counted. */
  admits(key: string, of: () => Of, now: Date): boolean {
    this.#turnTo(now)
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      // Strangers choose their addresses: a flood from many of them has one count.
      const isRoom = this.#entries.size < this.#mostKinds
      const place = isRoom ? key : BEYOND
      entry = this.#entries.get(place) ?? (isRoom ? { of: of(), seen: 0 } : { of: this.#beyond, seen: this.#inFull })
      this.#entries.set(place, entry)
    }
    entry.seen++
    return entry.seen <= this.#inFull
  }

  /** What was counted in the minutes before this one; once. */
  take(now: Date): Counted<Of>[] {
    this.#turnTo(now)
    const over = this.#over
    this.#over = []
    return over
  }

  /** Also of the minute that is not over. */
  takeAll(): Counted<Of>[] {
    this.#close()
    return [...this.#over.splice(0)]
  }

  #turnTo(now: Date): void {
    const minute = Math.floor(now.getTime() / MINUTE)
    if (minute === this.#minute) return
    this.#close()
    this.#minute = minute
  }

  #close(): void {
    const minute = new Date(this.#minute * MINUTE)
    for (const { of, seen } of this.#entries.values()) {
      if (seen > this.#inFull) this.#over.push({ of, minute, count: seen - this.#inFull })
    }
    this.#entries.clear()
  }
}

const BEYOND = '\0'
