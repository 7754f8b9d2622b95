import type { NoticeState } from '@chancery/ra'
import { counted, type Job } from './job.ts'

const DAY = 86_400_000
/** What waits that long waits for a channel that is switched off. */
const KEPT_DAYS: Readonly<Record<NoticeState, number>> = { delivered: 7, dead: 90, waiting: 90 }
const A_COMMIT = 500

export const pruneNotices: Job = {
  name: 'pruneNotices',
  title: 'Prune notices',
  does: 'Removes notices seven days after they were delivered, and ninety days after they were given up.',
  everySeconds: 3600,
  inBackground: true,
  isDue: async () => true,
  async run({ store, now }, lease, stopping) {
    let removed = 0
    for (const state of Object.keys(KEPT_DAYS) as NoticeState[]) {
      const before = new Date(now().getTime() - KEPT_DAYS[state] * DAY)
      let some: number
      do {
        some = await store.notices.outbox.prune(state, before, A_COMMIT, lease)
        removed += some
      } while (some === A_COMMIT && !stopping.aborted)
    }
    return removed === 0 ? undefined : `${counted(removed, 'notice')} removed`
  },
}
