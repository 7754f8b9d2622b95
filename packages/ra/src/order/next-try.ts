import type { Postponement, RecordedOrder } from './order-book.ts'

const FIRST_SECONDS = 2
const MOST_SECONDS = 600
/** A device that asks may have it asked sooner than the job would, but not at its own pace. */
const MOST_PAUSE_SECONDS = 5

/** Twice as long after each try: 2 seconds, then 4, up to 10 minutes. */
export function nextTry(
  { attempts }: Pick<RecordedOrder, 'attempts'>,
  now: Date,
): Pick<Postponement, 'dueAt' | 'pauseSeconds'> {
  const seconds = Math.min(FIRST_SECONDS * 2 ** Math.min(attempts - 1, 20), MOST_SECONDS)
  return {
    dueAt: new Date(now.getTime() + seconds * 1000),
    pauseSeconds: Math.min(seconds, MOST_PAUSE_SECONDS),
  }
}
