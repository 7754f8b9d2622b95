import type { NoticeChannel } from '@chancery/ra'
import type { Lease, Taken } from '@chancery/store'
import { MOST_ATTEMPTS, pauseMilliseconds } from '../notice/back-off.ts'
import { counted, type Job, type JobContext } from './job.ts'

/** Longer than any attempt may take; after a crash it is sent again, under the same idempotency key. */
const TAKEN_MILLISECONDS = 120_000
/** Messages to one webhook at a time, and in one round. */
const AT_A_TIME = 4
const A_ROUND = 400
/** Notices in one mail. */
const A_MAIL = 5000
/** For a channel that takes longer the job does not wait: the others have their turn. */
const PATIENCE_MILLISECONDS = 1500

/** What is in the outbox is sent; what could not be sent is tried again, later and later, and given up in the end. */
export const deliverNotices: Job = {
  name: 'deliverNotices',
  title: 'Deliver notices',
  does: 'Sends what is in the outbox to webhooks and by mail, and tries again what could not be sent.',
  everySeconds: 2,
  inBackground: true,
  whenOff: 'Notices wait in the outbox.',
  isDue: ({ store, now }) => store.notices.outbox.isAnyDue(now()),
  async run(context, lease, stopping) {
    const { courier, store } = context
    const tally = { delivered: 0, failed: 0 }
    const served = (await store.notices.channels.list())
      .filter(({ enabled }) => enabled)
      .map((channel) => courier.serve(channel.uuid, () => serve(channel, { context, lease, stopping, tally })))
    await soon(Promise.allSettled(served))
    if (tally.delivered + tally.failed === 0) return undefined
    return `${counted(tally.delivered, 'notice')} delivered, ${counted(tally.failed, 'attempt')} failed`
  },
}

interface Round {
  readonly context: JobContext
  readonly lease: Lease
  readonly stopping: AbortSignal
  readonly tally: { delivered: number; failed: number }
}

async function serve(channel: NoticeChannel, round: Round): Promise<void> {
  const { store, now, log } = round.context
  const isMail = channel.delivery.kind === 'email'
  try {
    const due = await store.notices.outbox.due(channel.uuid, now(), isMail ? A_MAIL : A_ROUND)
    const messages = isMail ? [due] : due.map((notice) => [notice])
    const left = messages.map((notices) => notices.map(({ uuid }) => uuid)).filter((uuids) => uuids.length > 0)
    await Promise.all(Array.from({ length: isMail ? 1 : AT_A_TIME }, () => sendNext(left, channel, round)))
  } catch (error) {
    log.error({ err: error, channel: channel.name }, 'notices could not be delivered')
  }
}

/** Takes from the list until it is empty, or until an attempt fails: the rest is for a later round. */
async function sendNext(left: string[][], channel: NoticeChannel, round: Round): Promise<void> {
  const { context, lease, stopping, tally } = round
  const { store, now, courier } = context
  const { outbox } = store.notices
  for (let next = left.shift(); next !== undefined; next = stopping.aborted ? undefined : left.shift()) {
    const taken = await outbox.take(next, new Date(now().getTime() + TAKEN_MILLISECONDS), lease)
    if (taken.notices.length === 0) continue
    const outcome = await courier.tell(channel, taken.notices)
    if (outcome.outcome === 'delivered') {
      await outbox.settle(taken, { state: 'delivered', at: now() })
      tally.delivered += taken.notices.length
      continue
    }
    left.length = 0
    tally.failed += 1
    await settleFailed(taken, channel, outcome, context)
  }
}

type Failure = Exclude<Awaited<ReturnType<JobContext['courier']['tell']>>, { readonly outcome: 'delivered' }>

const LONGEST_TROUBLE = 300

async function settleFailed(
  taken: Taken,
  channel: NoticeChannel,
  failure: Failure,
  context: JobContext,
): Promise<void> {
  const { store, now, log } = context
  const { outbox } = store.notices
  const trouble = failure.trouble.replaceAll(/\p{Cc}+/gu, ' ').slice(0, LONGEST_TROUBLE)
  log.warn({ channel: channel.name, notices: taken.notices.length, why: trouble }, 'notices were not delivered')
  // In one mail may be some that were tried before, and some that were not.
  for (const [attempts, notices] of Map.groupBy(taken.notices, (notice) => notice.attempts)) {
    const some = { ...taken, notices }
    if (failure.outcome === 'gone' || attempts >= MOST_ATTEMPTS) {
      await outbox.settle(some, { state: 'dead', trouble })
      log.error({ channel: channel.name, notices: notices.length, attempts, why: trouble }, 'notices were given up')
      continue
    }
    const pause = Math.max(pauseMilliseconds(attempts), (failure.notBeforeSeconds ?? 0) * 1000)
    await outbox.settle(some, { state: 'waiting', dueAt: new Date(now().getTime() + pause), trouble })
  }
}

async function soon(work: Promise<unknown>): Promise<void> {
  const limit = Promise.withResolvers<void>()
  const timer = setTimeout(limit.resolve, PATIENCE_MILLISECONDS)
  await Promise.race([work, limit.promise])
  clearTimeout(timer)
}
