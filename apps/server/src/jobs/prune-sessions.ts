import type { Job } from './job.ts'

/** Neither sessions nor one-time links are kept for ever; what was done in them is in the audit log. */
export const pruneSessions: Job = {
  name: 'pruneSessions',
  title: 'Prune sessions',
  does: 'Forgets sessions and one-time sign-in links ninety days after they ended.',
  whenOff: 'The tables of sessions and sign-in links grow for ever.',
  everySeconds: 3600,
  isDue: ({ store, now }) => store.sessions.isPruneDue(now()),
  async run({ store, log, now }, lease) {
    await store.sessions.prune(now(), lease)
    log.info('sessions forgotten that ended long ago')
    return 'old sessions and links forgotten'
  },
}
