import type { OcspStanding } from '@chancery/store'

/** A signed answer about one certificate, with what it rests on. */
export interface MemoEntry {
  /** As the store had it: an answer with another standing is another answer (design, rule 15). */
  readonly standing: OcspStanding
  readonly body: Buffer
  /** Milliseconds. */
  readonly thisUpdate: number
  readonly nextUpdate: number
  /** Of HTTP, made with the answer. */
  readonly http: { readonly etag: string; readonly 'last-modified': string; readonly expires: string }
}

export interface MemoLimits {
  readonly entries: number
  readonly octets: number
}

/** Some twenty thousand answers, with a P-256 key, in each process. */
const LIMITS: MemoLimits = { entries: 20_000, octets: 32 * 1024 * 1024 }
/** A clock that was set back further than this makes answers that are not valid yet. */
const MOST_AHEAD_MILLISECONDS = 60_000

/**
 * Bytes that were signed, so that they need not be signed again: never what a certificate's standing is. The oldest go
 * first.
 */
export class AnswerMemo {
  readonly #limits: MemoLimits
  readonly #entries = new Map<string, MemoEntry>()
  #octets = 0

  constructor(limits = LIMITS) {
    this.#limits = limits
  }

  get size(): number {
    return this.#entries.size
  }

  /** Undefined also where it is half over: then clients that come later are left enough of the next one. */
  find(key: string, standing: OcspStanding, now: number): MemoEntry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || !isSame(entry.standing, standing)) return undefined
    if (now >= (entry.thisUpdate + entry.nextUpdate) / 2) return undefined
    return entry.thisUpdate > now + MOST_AHEAD_MILLISECONDS ? undefined : entry
  }

  keep(key: string, entry: MemoEntry): void {
    this.#drop(key)
    this.#entries.set(key, entry)
    this.#octets += entry.body.length
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries && this.#octets <= this.#limits.octets) return
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    this.#octets -= this.#entries.get(key)?.body.length ?? 0
    this.#entries.delete(key)
  }
}

function isSame(one: OcspStanding, other: OcspStanding): boolean {
  return (
    one.state === other.state &&
    one.revokedAt === other.revokedAt &&
    one.reason === other.reason &&
    one.signer === other.signer
  )
}
