import type { AuditHead } from '@chancery/store'
import type { Job } from './job.ts'

/** Then others have a turn; the next round is a second away. */
const MOST_BATCHES = 20

/**
 * Events of the audit log get their places in its chain. The head goes to the log: where that is kept out of reach of whoever
 * can write the database, it shows that newest events were taken away (design, rule 7).
 */
export const chainAudit: Job = {
  name: 'chainAudit',
  title: 'Chain the audit log',
  does: 'Gives the events of the audit log their places in its chain, and writes its head to the log.',
  whenOff: 'never',
  everySeconds: 1,
  isDue: ({ store }) => store.audit.isChainDue(),
  async run({ store, log, now }, lease, stopping) {
    let head: AuditHead | undefined
    for (let batch = 0; batch < MOST_BATCHES && !stopping.aborted; batch++) {
      const chained = await store.audit.chain(now(), lease)
      head = chained ?? head
      if (chained?.more !== true) break
    }
    if (head !== undefined) log.info({ seq: head.seq, head: head.head.toString('hex') }, 'audit head')
    return undefined
  },
}
