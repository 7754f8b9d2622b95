import { BucketTable, type Rate } from './bucket-table.ts'
import { shareOf } from './share.ts'

/** Sign-ins that failed, by source. */
export const FAILED_SIGN_INS: Rate = { burst: 40, perSecond: 0.5 }
/** By account and source together: who guesses at one account is slowed down there, and nobody elsewhere is. */
export const GUESSES_AT_ACCOUNT: Rate = { burst: 5, perSecond: 1 / 60 }
/** Passwords derived for people who come from where they never signed in before, all of them together. */
export const STRANGERS: Rate = { burst: 60, perSecond: 5 }

const MOST_REMEMBERED = 20_000

export interface Attempt {
  /** As typed, whether or not there is such a user. */
  readonly account: string
  readonly source: string
}

/**
 * How often somebody may be wrong about a password, in one process. A source waits for what it did itself; no account is
 * locked, for whoever knows its name could lock it (design, rule 18). What many sources do together costs only those their
 * way in who never signed in from where they are.
 */
export class SignInLimits {
  readonly #bySource: BucketTable
  readonly #byAccount = new BucketTable(GUESSES_AT_ACCOUNT, MOST_REMEMBERED)
  readonly #strangers: BucketTable

  constructor(processes: number) {
    this.#bySource = new BucketTable(shareOf(FAILED_SIGN_INS, processes), MOST_REMEMBERED)
    this.#strangers = new BucketTable(shareOf(STRANGERS, processes), 1)
  }

  /** Seconds until this attempt is heard. 0: now, and it counts as a failure until it turns out to be none. */
  begin(attempt: Attempt, now: Date): number {
    const seconds = Math.max(
      this.#bySource.wait(attempt.source, now.getTime()),
      this.#byAccount.wait(keyOf(attempt), now.getTime()),
    )
    if (seconds > 0) return seconds
    this.#bySource.take(attempt.source, now.getTime())
    this.#byAccount.take(keyOf(attempt), now.getTime())
    return 0
  }

  /** It was right, or was not looked at. */
  giveBack(attempt: Attempt, now: Date): void {
    this.#bySource.giveBack(attempt.source, now.getTime())
    this.#byAccount.giveBack(keyOf(attempt), now.getTime())
  }

  /** Seconds until the work for one more stranger may be done; 0: now, and it is counted. */
  stranger(now: Date): number {
    const seconds = this.#strangers.wait('all', now.getTime())
    if (seconds === 0) this.#strangers.take('all', now.getTime())
    return seconds
  }
}

function keyOf({ account, source }: Attempt): string {
  return `${source} ${account}`
}
