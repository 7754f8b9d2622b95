import type { Job } from './job.ts'

/**
 * Challenges that expired long ago are forgotten, but for those that a transaction or a certificate still points at; the
 * sealed text of those that were passwords goes as soon as they can open nothing.
 */
export const pruneChallenges: Job = {
  name: 'pruneChallenges',
  everySeconds: 600,
  isDue: ({ store, now }) => store.challenges.isPruneDue(now()),
  async run({ store, log, now }, lease) {
    const removed = await store.challenges.prune(now(), lease)
    if (removed > 0) log.info({ removed }, 'challenges forgotten that expired long ago')
  },
}
