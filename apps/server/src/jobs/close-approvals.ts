import { counted, type Job } from './job.ts'

/**
 * Requests that nobody decided upon in time are closed, and their challenges given back; what was sealed for a decision
 * or a reply is removed once neither will come.
 */
export const closeApprovals: Job = {
  name: 'closeApprovals',
  title: 'Close approvals',
  does: 'Closes requests that nobody decided upon in time and gives their challenges back.',
  whenOff: 'Requests that nobody decides upon wait for good, and so do what was sealed for them and their challenges.',
  everySeconds: 60,
  isDue: ({ store, now }) => store.approvals.isDue(now()),
  async run({ store, log, now }, lease) {
    const closed = await store.approvals.close(now(), lease)
    await store.approvals.forget(now(), lease)
    if (closed === 0) return undefined
    log.info({ closed }, 'requests closed that nobody decided upon')
    return `${counted(closed, 'request')} closed that nobody decided upon`
  },
}
