import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Every refusal of an envelope leaves this long after its request was read. It is far above what opening one takes, so
 * that the time tells nobody which step failed (design, rule 13); what took longer waits for the next multiple.
 */
export const REFUSAL_MILLISECONDS = 250

/** Long enough for the last steps to be steps of the timer, whatever the time was when the first wait began. */
const LAST_STEPS_MILLISECONDS = 4

export interface Clock {
  /** Milliseconds, with a fraction. */
  now(): number
  sleep(milliseconds: number): Promise<unknown>
}

const CLOCK: Clock = { now: () => performance.now(), sleep: (milliseconds) => sleep(milliseconds) }

/**
 * A timer counts whole milliseconds from the last tick, so one wait for what is left would end a fraction of a
 * millisecond sooner or later by exactly the time that the work took: enough to tell the steps apart after some
 * thousand answers. The last stretch is therefore gone tick by tick, and ends at the first one behind the deadline.
 * @param arrived as `performance.now()` had it
 */
export async function untilDeadline(arrived: number, clock: Clock = CLOCK): Promise<void> {
  const deadline = deadlineAfter(arrived, clock.now())
  await clock.sleep(Math.floor(deadline - clock.now()) - LAST_STEPS_MILLISECONDS)
  while (clock.now() < deadline) await clock.sleep(1)
}

/** The first multiple that is far enough away for the last steps. */
function deadlineAfter(arrived: number, now: number): number {
  const multiples = Math.ceil((now - arrived + 2 * LAST_STEPS_MILLISECONDS) / REFUSAL_MILLISECONDS)
  return arrived + multiples * REFUSAL_MILLISECONDS
}
