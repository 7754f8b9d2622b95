import type { Configuration } from '@chancery/ra'
import type { Lease } from '@chancery/store'
import type { JobContext } from '../job.ts'
import { type Connection, namesOf, sentenceOf } from './connections.ts'
import { decideReceived } from './decide-received.ts'
import { reportDecided } from './report-decided.ts'
import { Tally } from './tally.ts'

export interface Work {
  readonly context: JobContext
  readonly configuration: Configuration
  readonly lease: Lease
  readonly stopping: AbortSignal
}

/** After a full batch there may be more, but where one is offered all the time we do not stay for ever. */
const MOST_ROUNDS = 10

/**
 * What the run before has left is told first; then, if it is time, wishes are collected, carried out and answered. It never
 * throws: the trouble of one connection is none of the others'.
 */
export async function workOn(connection: Connection, isToCollect: boolean, work: Work): Promise<Tally> {
  const tally = new Tally()
  try {
    await decideReceived(connection, work, tally)
    await reportDecided(connection, work, tally)
    if (isToCollect) await collectAll(connection, work, tally)
  } catch (error) {
    noteTrouble(connection, error, work, tally)
  }
  return tally
}

async function collectAll(connection: Connection, work: Work, tally: Tally): Promise<void> {
  const { voucher, source } = connection
  const { context, lease, stopping } = work
  const { wishes: store } = context.store
  const seen = new Set<string>()
  for (let round = 0; round < MOST_ROUNDS && !stopping.aborted; round++) {
    // Also one that fails was a call: they are not offered again for an hour.
    await store.beginCollection(voucher, context.now(), lease)
    const { wishes, full } = await source.collect()
    const fresh = wishes.filter((wish) => !seen.has(wish.context))
    for (const wish of fresh) seen.add(wish.context)
    await store.receive(voucher, fresh, context.now(), lease)
    await decideReceived(connection, work, tally)
    await reportDecided(connection, work, tally)
    if (!full || fresh.length === 0) return
  }
}

function noteTrouble({ profiles }: Connection, error: unknown, { context }: Work, tally: Tally): void {
  context.log.warn(
    { scepProfiles: namesOf(profiles), err: error },
    'revocations that Intune wants could not be collected',
  )
  tally.troubles.add(sentenceOf(error))
}
