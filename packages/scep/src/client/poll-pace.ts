/** How often and how long a client asks what became of its request (RFC 8894 §4.4). Times are milliseconds. */
export interface PollPace {
  /** Before the first poll. */
  readonly interval: number
  /** Each pause is the last one times this; 1 is a steady pace. */
  readonly backOff: number
  readonly longestInterval: number
  /** Share of a pause by which it is longer or shorter at random, so that a fleet does not poll in step. */
  readonly jitter: number
  readonly maximumPolls: number
  /** From the first message on. */
  readonly maximumTime: number
}

const MINUTE = 60_000

export const USUAL_PACE: PollPace = {
  interval: MINUTE,
  backOff: 1.5,
  longestInterval: 30 * MINUTE,
  jitter: 0.1,
  maximumPolls: Number.POSITIVE_INFINITY,
  maximumTime: Number.POSITIVE_INFINITY,
}

/**
 * The pause before a poll.
 * @param polls how many there were before it
 * @param random from 0 to 1
 */
export function pauseBefore(polls: number, pace: PollPace, random: number): number {
  const { interval, backOff, longestInterval, jitter } = pace
  const steady = Math.min(interval * backOff ** polls, Math.max(interval, longestInterval))
  return Math.round(steady * (1 + jitter * (2 * random - 1)))
}
