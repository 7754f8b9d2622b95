/** How long anything may take. */
export interface IntuneLimits {
  /** One HTTP exchange. */
  readonly exchangeMilliseconds: number
  /**
   * All that is done to validate a request, and again all that is done to tell of a certificate: an enrolment does both,
   * and Windows waits for a minute.
   */
  readonly enrolmentMilliseconds: number
  /** Collecting or reporting revocations, once. */
  readonly jobMilliseconds: number
  /** A service that wants us to wait longer before we ask again is not waited for. */
  readonly longestPauseMilliseconds: number
}

export const USUAL_LIMITS: IntuneLimits = {
  exchangeMilliseconds: 30_000,
  enrolmentMilliseconds: 28_000,
  jobMilliseconds: 90_000,
  longestPauseMilliseconds: 10_000,
}

/** Octets of an answer. */
export const LONGEST_ANSWER = 1 << 20
export const LONGEST_SERVICE_LIST = 4 << 20
