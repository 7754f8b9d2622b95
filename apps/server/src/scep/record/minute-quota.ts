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

  /** @param beyond what those are called that have no place of their own */
  constructor(inFull: number, mostKinds: number, beyond: Of) {
    this.#inFull = inFull
    this.#mostKinds = mostKinds
    this.#beyond = beyond
  }

  /** False: it is counted. Where a new minute has begun, what was counted in the last one is to be `taken` before. */
  admits(key: string, of: () => Of): boolean {
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
    const minute = Math.floor(now.getTime() / MINUTE)
    if (minute === this.#minute) return []
    const counted = this.takeAll()
    this.#minute = minute
    return counted
  }

  /** Also of the minute that is not over. */
  takeAll(): Counted<Of>[] {
    const minute = new Date(this.#minute * MINUTE)
    const counted = [...this.#entries.values()]
      .filter(({ seen }) => seen > this.#inFull)
      .map(({ of, seen }) => ({ of, minute, count: seen - this.#inFull }))
    this.#entries.clear()
    return counted
  }
}

const BEYOND = '\0'
