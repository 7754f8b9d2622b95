import type { Job } from './job.ts'

const DAY = 86_400_000
/** Two years can be compared. */
const KEPT_DAYS = 800
const EVERY_SECONDS = 86_400

/** Counts that no dashboard asks for any more. */
export const pruneStatistics: Job = {
  name: 'pruneStatistics',
  title: 'Forget old statistics',
  does: `Removes counts of hours that are older than ${KEPT_DAYS} days.`,
  whenOff: 'Old counts stay and take a little room.',
  everySeconds: EVERY_SECONDS,
  isDue: async () => true,
  async run({ store, now }, lease) {
    await store.statistics.prune(new Date(now().getTime() - KEPT_DAYS * DAY), lease)
    return undefined
  },
}
