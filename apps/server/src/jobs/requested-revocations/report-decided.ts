import { nextTry } from '@chancery/ra'
import type { UntoldResult } from '@chancery/store'
import { type Connection, namesOf, sentenceOf } from './connections.ts'
import type { Tally } from './tally.ts'
import type { Work } from './work-on.ts'

/** In one run, and in one call. */
const MOST = 1000
const AT_A_TIME = 100
/** What was told in vain so often is told alone: one result that is not taken must not keep the others back. */
const TOGETHER_UNTIL = 2
const MOST_ALONE = 5

/** A result is told until it is taken; one that is not stays as it is, and is told again a little later. */
export async function reportDecided(connection: Connection, work: Work, tally: Tally): Promise<void> {
  const { voucher, source, profiles } = connection
  const { context, lease, stopping } = work
  const { store, log, now } = context
  const untold = await store.wishes.untold(voucher, MOST)
  for (const batch of batchesOf(untold)) {
    if (stopping.aborted) return
    try {
      await source.report(batch.map(({ context, code, message }) => ({ context, code, message })))
    } catch (error) {
      const attempts = Math.max(...batch.map((one) => one.attempts)) + 1
      const { dueAt } = nextTry({ attempts }, now())
      await store.wishes.postpone(batch, dueAt, lease)
      const scepProfiles = namesOf(profiles)
      log.warn(
        { scepProfiles, results: batch.length, attempts, err: error },
        'Intune has not taken results of revocations',
      )
      tally.troubles.add(sentenceOf(error))
      continue
    }
    await store.wishes.reported(batch, now(), lease)
    tally.reported += batch.length
  }
}

function batchesOf(untold: readonly UntoldResult[]): UntoldResult[][] {
  const together = untold.filter(({ attempts }) => attempts < TOGETHER_UNTIL)
  const alone = untold.filter(({ attempts }) => attempts >= TOGETHER_UNTIL).slice(0, MOST_ALONE)
  const batches = []
  for (let from = 0; from < together.length; from += AT_A_TIME) batches.push(together.slice(from, from + AT_A_TIME))
  return [...batches, ...alone.map((one) => [one])]
}
