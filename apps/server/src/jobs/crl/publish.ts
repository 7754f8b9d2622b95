import type { IssuerRecord } from '@chancery/ra'
import type { BuiltList, CrlState, Lease, NewCrl } from '@chancery/store'
import type { JobContext } from '../job.ts'
import type { Made } from './in-thread.ts'
import type { CrlPlan } from './plan.ts'
import type { CrlWork, MadeCrl, ShardWork } from './work.ts'

/** CRLs of an issuer that are to be made. */
export interface Due {
  readonly state: CrlState
  readonly plan: CrlPlan
  readonly record: IssuerRecord
}

/** @returns how many */
export async function publishPlanned(
  due: Due,
  { store, log }: Pick<JobContext, 'store' | 'log'>,
  make: (work: CrlWork) => Promise<Made>,
  lease?: Lease,
): Promise<number> {
  const { plan, record } = due
  const begun = performance.now()
  const list = await store.crls.list(record.id, plan)
  const { crls, thread } = await make(workOf(due, list))
  let published = 0
  for (const made of crls) {
    // Somebody else's is as good; and without the lease nothing more of ours is written.
    if (!(await store.crls.publish(toStore(made, due, list), lease))) return published
    published += 1
  }
  if (due.state.shards.size > 0) await store.crls.seen(record.id, list.revocations, lease)
  const { revocations } = list
  const milliseconds = Math.round(performance.now() - begun)
  const told = { issuer: record.id, number: Number(plan.number), revocations, count: published, thread, milliseconds }
  log.info(told, 'CRL published')
  return published
}

function workOf({ state, plan, record }: Due, { revoked, changed, revocations }: BuiltList): CrlWork {
  const { number, thisUpdate, nextUpdate, full, delta } = plan
  if (record.privateKey.kind === 'elsewhere') throw new TypeError(`the key of issuer ${record.id} is elsewhere`)
  const base = delta?.base === 'full' ? { number, revocations } : delta?.base
  return {
    pkcs8: record.privateKey.pkcs8,
    certificate: record.certificate,
    revoked,
    changed,
    number,
    thisUpdate,
    nextUpdate,
    full: full && { freshestCrlUrl: full.freshestCrlUrl, endsFrom: notLater(state.newest?.thisUpdate, thisUpdate) },
    delta: delta && base && { nextUpdate: delta.nextUpdate, base: base.number, since: base.revocations },
    shards: plan.shardUrl === undefined ? undefined : shardWork(state, plan.shards, plan.shardUrl, thisUpdate),
  }
}

function shardWork({ shards }: CrlState, due: readonly number[], url: string, now: Date): ShardWork {
  const known = [...shards].map(([shard, { revocations: since, thisUpdate }]) => {
    return [shard, { since, thisUpdate: notLater(thisUpdate, now) }] as const
  })
  return { url, due, known: new Map(known) }
}

/** A list that a clock made which was ahead says nothing about what has ended. */
function notLater(time: Date | undefined, than: Date): Date {
  return time === undefined ? new Date(0) : new Date(Math.min(time.getTime(), than.getTime()))
}

function toStore({ place, der, nextUpdate }: MadeCrl, { plan, record }: Due, { revocations }: BuiltList): NewCrl {
  const { number, thisUpdate, keepBasesFrom, full } = plan
  const isBase = place.shard === 0 && place.kind === 'full' && full?.isBase === true
  return {
    issuerId: record.id,
    place,
    number,
    der: Buffer.from(der.buffer, der.byteOffset, der.byteLength),
    thisUpdate,
    nextUpdate,
    revocations,
    ...(isBase ? { base: number } : {}),
    ...(keepBasesFrom === undefined ? {} : { keepBasesFrom }),
  }
}
