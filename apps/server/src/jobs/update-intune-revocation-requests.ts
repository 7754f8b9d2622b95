import type { ScepProfile } from '@chancery/ra'
import type { Job, JobContext } from './job.ts'
import { connectionsOf, namesOf } from './requested-revocations/connections.ts'
import { type Work, workOn } from './requested-revocations/work-on.ts'

const MINUTE = 60_000
/** From start to start: Intune offers nothing for an hour after it was asked. */
const COLLECT_EVERY_MILLISECONDS = 61 * MINUTE
/** Further ahead than clocks of nodes are apart: the clock was wrong, and is right now. */
const MOST_AHEAD_MILLISECONDS = 5 * MINUTE
const KEPT_MILLISECONDS = 90 * 24 * 60 * MINUTE
/** Connections do not wait for each other, but not all of them are worked on at once. */
const AT_A_TIME = 4

/**
 * What Intune wants revoked: collected once an hour for each tenant and application, however many profiles share them,
 * revoked, and answered once it is. Answers that were not taken are given again minutes later.
 */
export const updateIntuneRevocationRequestsJob: Job = {
  name: 'updateIntuneRevocationRequestsJob',
  title: 'Revoke what Intune takes back',
  does: 'Asks Microsoft Intune once an hour which certificates it wants revoked, revokes them, and reports back.',
  whenOff: 'Certificates of devices that Intune has retired, wiped or lost stay valid.',
  // Looks for answers that were not taken; Intune is asked once an hour all the same.
  everySeconds: 60,
  inBackground: true,
  async isDue(context, occasion) {
    const { store, now } = context
    if (await store.wishes.isPruneDue(forgottenBefore(now()))) return true
    const { usable, unusable } = connectionsOf(await store.configuration.load(), context.revocationSource)
    if (occasion !== 'rhythm') return usable.length + unusable.length > 0
    const isToCollect = await collectionsDue(context)
    const toReport = await store.wishes.dueVouchers(now())
    return usable.some(({ voucher }) => isToCollect(voucher) || toReport.includes(voucher))
  },
  async run(context, lease, stopping, occasion) {
    const { store, now } = context
    await store.wishes.prune(forgottenBefore(now()), lease)
    const configuration = await store.configuration.load()
    const { usable, unusable } = connectionsOf(configuration, context.revocationSource)
    const isToCollect = occasion === 'rhythm' ? await collectionsDue(context) : () => true
    const work: Work = { context, configuration, lease, stopping }
    const tallies = await severalAtOnce(usable, (one) => workOn(one, isToCollect(one.voucher), work))

    const done = usable.map(({ profiles }, index) => line(profiles, String(tallies[index])))
    const summary = [...done, ...unusable.map(({ profiles, why }) => line(profiles, why))].filter((text) => text !== '')
    const isTroubled = unusable.length > 0 || tallies.some(({ troubles }) => troubles.size > 0)
    if (isTroubled) throw new Error(summary.join('; '))
    return summary.length === 0 ? undefined : summary.join('; ')
  },
}

function forgottenBefore(now: Date): Date {
  return new Date(now.getTime() - KEPT_MILLISECONDS)
}

async function collectionsDue({ store, now }: JobContext): Promise<(voucher: string) => boolean> {
  const collections = await store.wishes.collections()
  return (voucher) => {
    const last = collections.get(voucher)?.getTime() ?? Number.NEGATIVE_INFINITY
    const since = now().getTime() - last
    return since >= COLLECT_EVERY_MILLISECONDS || since < -MOST_AHEAD_MILLISECONDS
  }
}

function line(profiles: readonly ScepProfile[], what: string): string {
  return what === '' ? '' : `${namesOf(profiles)}: ${what}`
}

async function severalAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const left = items.entries()
  const one = async () => {
    for (const [index, item] of left) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, one))
  return results
}
