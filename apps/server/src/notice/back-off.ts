const FIRST_SECONDS = 60
const MOST_SECONDS = 6 * 3600
/** Three days, as the pauses add up. Counted and not timed, so that a clock that jumps gives nothing up. */
export const MOST_ATTEMPTS = 20

/** A minute, then twice as long after each attempt, up to six hours; a fifth more or less, so that not all come at once. */
export function pauseMilliseconds(attempts: number, random: () => number = Math.random): number {
  const seconds = Math.min(FIRST_SECONDS * 2 ** Math.min(attempts - 1, 20), MOST_SECONDS)
  return Math.round(seconds * (0.8 + 0.4 * random()) * 1000)
}
