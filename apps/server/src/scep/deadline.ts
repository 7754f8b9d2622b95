import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Every refusal of an envelope leaves this long after its request was read. It is far above what opening one takes, so
 * that the time tells nobody which step failed (design, rule 13); what took longer waits for the next multiple.
 */
export const REFUSAL_MILLISECONDS = 250

/** @param arrived as `performance.now()` had it */
export function untilDeadline(arrived: number): Promise<void> {
  const elapsed = performance.now() - arrived
  return sleep(REFUSAL_MILLISECONDS - (elapsed % REFUSAL_MILLISECONDS))
}
