import { ScepError } from '../scep-error.ts'

/**
 * Which CAs have a request of ours under way: RFC 8894 §4.4 wants one at a time (S-4.4-04). Every client has its own;
 * hand one to several clients that ask the same CA.
 */
export class OutstandingRequests {
  readonly #authorities = new Set<string>()

  /** @throws {ScepError} `request_outstanding`, unless it is forced */
  async during<T>(authority: string, forced: boolean, work: () => Promise<T>): Promise<T> {
    if (forced) return work()
    if (this.#authorities.has(authority)) throw new ScepError('request_outstanding')
    this.#authorities.add(authority)
    try {
      return await work()
    } finally {
      this.#authorities.delete(authority)
    }
  }
}
