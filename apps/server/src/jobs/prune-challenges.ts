import { counted, type Job } from './job.ts'

/**
 * Challenges that expired long ago are forgotten, but for those that a transaction or a certificate still points at; the
 * sealed text of those that were passwords goes as soon as they can open nothing.
 */
export const pruneChallenges: Job = {
  name: 'pruneChallenges',
  title: 'Prune challenges',
  does: 'Forgets challenges ninety days after they expired, and the text of passwords as soon as they open nothing.',
  whenOff: 'The sealed text of passwords that are over stays in the database.',
  everySeconds: 600,
  isDue: async ({ store, now }) =>
    (await store.challenges.isPruneDue(now())) || (await store.vouched.isPruneDue(now())),
  async run({ store, log, now }, lease) {
    await store.vouched.prune(now(), lease)
    const removed = await store.challenges.prune(now(), lease)
    if (removed === 0) return undefined
    log.info({ removed }, 'challenges forgotten that expired long ago')
    return `${counted(removed, 'challenge')} forgotten`
  },
}
