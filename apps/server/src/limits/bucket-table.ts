/** How much somebody may do: `burst` at once, and `perSecond` in the long run. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

interface Bucket {
  readonly tokens: number
  /** Milliseconds, as the caller's clock has them. */
  readonly at: number
}

/**
 * A bucket of tokens for each key, full until something is taken from it. What is taken beyond its bottom, by work that was
 * under way already, is owed. There are never more than `most` buckets: the one that was used longest ago goes first, and
 * with it is forgotten what its owner did.
 */
export class BucketTable {
  readonly #rate: Rate
  readonly #most: number
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate, most: number) {
    this.#rate = rate
    this.#most = most
  }

  get size(): number {
    return this.#buckets.size
  }

  /** Whole seconds until there is a token; 0: there is one. */
  wait(key: string, now: number): number {
    const missing = 1 - this.#tokens(key, now)
    return missing <= 0 ? 0 : Math.ceil(missing / this.#rate.perSecond)
  }

  take(key: string, now: number, count = 1): void {
    const { burst } = this.#rate
    const tokens = Math.max(this.#tokens(key, now) - count, -burst)
    this.#buckets.delete(key) // its place in the order is that of its last use
    this.#buckets.set(key, { tokens, at: now })
    if (this.#buckets.size <= this.#most) return
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }

  /** What was taken in advance, and was not due. */
  giveBack(key: string, now: number): void {
    this.take(key, now, -1)
  }

  #tokens(key: string, now: number): number {
    const { burst, perSecond } = this.#rate
    const bucket = this.#buckets.get(key)
    if (bucket === undefined) return burst
    // A clock that was set back lets no time pass, rather than take tokens away.
    const seconds = Math.max(0, now - bucket.at) / 1000
    return Math.min(burst, bucket.tokens + seconds * perSecond)
  }
}
