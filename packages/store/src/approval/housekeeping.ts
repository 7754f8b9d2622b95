import { uuidV7, VOID_AFTER_MILLISECONDS } from '@chancery/ra'
import { giveBackUse } from '../challenge-write.ts'
import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import { abandonment } from '../ledger.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import type { Write } from '../unit.ts'
import { firstDue, firstOldChallenge, listExpired, listVoid } from './read.ts'
import { record, write } from './unit.ts'
import { forgetChallenges, forgetCsrs, moveExpired, refuseReceivedTooLate } from './write.ts'

/** What a job does to the queue, so that nothing stays in it that nobody will decide. */
export interface Housekeeping {
  isDue(now: Date): Promise<boolean>
  /** Those that are too late are denied, and what was ordered and never signed has failed. @returns how many */
  close(now: Date, lease?: Lease): Promise<number>
  /**
   * CSRs that nobody will decide upon, and challenges of replies that were delivered long ago, are removed; requests about
   * which nobody elsewhere has said anything in time are refused.
   */
  forget(now: Date, lease?: Lease): Promise<void>
}

/** Small commits: devices wait for the same database. */
const AT_A_TIME = 100
/** A device may ask for its certificate again for so long (S-5.2-08). */
const DELIVERED_AFTER_MILLISECONDS = 14 * 86_400_000

export function housekeeping(driver: Driver, keys: StoreKeys): Housekeeping {
  const forgotten = (now: Date) => fromDate(new Date(now.getTime() - DELIVERED_AFTER_MILLISECONDS))
  const voided = (now: Date) => fromDate(new Date(now.getTime() - VOID_AFTER_MILLISECONDS))
  return {
    async isDue(now) {
      const due = await driver.first(firstDue, { now: fromDate(now), before: voided(now) })
      return due !== undefined || (await driver.first(firstOldChallenge, { before: forgotten(now) })) !== undefined
    },
    async close(now, lease) {
      const expired = await driver.all(listExpired, { now: fromDate(now), limit: AT_A_TIME })
      const lost = await driver.all(listVoid, { before: voided(now), limit: AT_A_TIME })
      const units = [
        ...expired.map(({ uuid }) => expiryUnit(keys, uuid, now)),
        ...lost.map(({ uuid }) => abandonment(uuid, now)),
      ]
      let closed = 0
      for (const writes of units) {
        const { status } = await driver.commit({ writes: [...requireLease(lease), ...writes] })
        if (status === 'committed') closed++
      }
      return closed
    },
    async forget(now, lease) {
      const writes = [
        write(forgetCsrs, { now: fromDate(now) }),
        write(refuseReceivedTooLate, { now: fromDate(now), reason: 'approval_expired' }),
        write(forgetChallenges, { before: forgotten(now) }),
      ]
      // Not in one unit: both may find the same row, and PostgreSQL changes it once a statement.
      for (const one of writes) await driver.commit({ writes: [...requireLease(lease), { ...one, expect: 'any' }] })
    },
  }
}

export function expiryUnit(keys: StoreKeys, uuid: string, now: Date): Write[] {
  const decision = { uuid: uuidV7(now), decision: 'expired', comment: null, by: 'expiry', role: null, at: now } as const
  return [
    write(moveExpired, { transaction: uuid, reason: 'approval_expired', now: fromDate(now) }),
    ...giveBackUse(uuid, now),
    ...record(keys, { uuid }, decision),
  ]
}
