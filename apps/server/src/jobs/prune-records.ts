import { keptSince } from '@chancery/ra'
import { counted, type Job } from './job.ts'

/** Decisions, refusals and transactions that are over are forgotten after the days that the retention of records says. */
export const pruneRecords: Job = {
  name: 'pruneRecords',
  title: 'Prune records',
  does: 'Forgets decisions, refusals and transactions that are over, as the retention of records says.',
  whenOff: 'Records of decisions and transactions are kept for ever.',
  everySeconds: 600,
  async isDue({ store, now }) {
    const { decisionDays, refusalDays, transactionDays } = await store.settings.retention()
    return (
      (await store.decisions.isPruneDue(keptSince(decisionDays, now()))) ||
      (await store.refusals.isPruneDue(keptSince(refusalDays, now()))) ||
      (await store.transactions.isPruneDue(keptSince(transactionDays, now())))
    )
  },
  async run({ store, log, now }, lease) {
    const { decisionDays, refusalDays, transactionDays } = await store.settings.retention()
    const decisions = await store.decisions.prune(keptSince(decisionDays, now()), lease)
    await store.refusals.prune(keptSince(refusalDays, now()))
    const transactions = await store.transactions.prune(keptSince(transactionDays, now()), now(), lease)
    if (decisions === 0 && transactions === 0) return undefined
    log.info({ decisions, transactions }, 'records forgotten that are old')
    return `${counted(decisions, 'decision')} and ${counted(transactions, 'transaction')} forgotten`
  },
}
