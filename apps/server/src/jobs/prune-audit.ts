import { keptSince } from '@chancery/ra'
import { counted, type Job, type JobContext } from './job.ts'

/** Of a thousand events at most; then others have a turn. */
const MOST_SEGMENTS = 50

const oldestKept = async ({ store, now }: Pick<JobContext, 'store' | 'now'>) =>
  keptSince((await store.settings.retention()).auditDays, now())

/** Whole segments of the audit log that are older than the rule are removed; a signed checkpoint stays in their place. */
export const pruneAudit: Job = {
  name: 'pruneAudit',
  title: 'Prune the audit log',
  does: 'Removes events of the audit log that are older than the rule of retention says.',
  whenOff: 'The audit log grows for good.',
  everySeconds: 3600,
  isDue: async (context) => context.store.audit.isPruneDue(await oldestKept(context)),
  async run(context, lease, stopping) {
    const { store, log, now } = context
    const before = await oldestKept(context)
    let removed = 0
    for (let segment = 0; segment < MOST_SEGMENTS && !stopping.aborted; segment++) {
      const events = await store.audit.prune(before, now(), lease)
      if (events === undefined) break
      removed += events
    }
    if (removed === 0) return undefined
    log.info({ removed }, 'audit events removed that are older than the rule of retention')
    return `${counted(removed, 'event')} removed`
  },
}
