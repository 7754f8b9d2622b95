import { BucketTable, type Rate } from './bucket-table.ts'
import { shareOf } from './share.ts'

/** API tokens that were never made, or were mistyped, by source. */
export const WRONG_TOKENS: Rate = { burst: 40, perSecond: 0.5 }

const MOST_REMEMBERED = 20_000

/**
 * How often a source may be wrong about its API token, in one process. It closes the door to that source only: nobody is
 * shut out by what somebody else does elsewhere, and no token is (design, rule 18).
 */
export class AuthenticationLimits {
  readonly #failures: BucketTable

  constructor(processes: number) {
    this.#failures = new BucketTable(shareOf(WRONG_TOKENS, processes), MOST_REMEMBERED)
  }

  /** Seconds until this source is heard again; 0: now. @param source undefined: not limited */
  wait(source: string | undefined, now: Date): number {
    return source === undefined ? 0 : this.#failures.wait(source, now.getTime())
  }

  failed(source: string | undefined, now: Date): void {
    if (source !== undefined) this.#failures.take(source, now.getTime())
  }
}
