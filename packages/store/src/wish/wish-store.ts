import type { RecordedWish, RevocationWish, WishLedger } from '@chancery/ra'
import { fromDate, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import type { Write } from '../unit.ts'
import { requireHeld } from './lease.ts'
import { wishLedger } from './ledger.ts'
import {
  dueVouchers,
  findCollections,
  findDecided,
  findOld,
  findReceived,
  toUntold,
  toWish,
  type UntoldResult,
} from './read.ts'
import { beginCollection, forget, postpone, report, writeReceived } from './write.ts'

/** What those who vouch want revoked; the writers are rejected once somebody else has the lease. */
export interface WishStore {
  /** When wishes were last asked for, by voucher. */
  collections(): Promise<ReadonlyMap<string, Date>>
  /** Before they are asked for. */
  beginCollection(voucher: string, at: Date, lease: Lease): Promise<void>
  /** A wish that was reported or ignored before is received again; one whose result waits to be told is left alone. */
  receive(voucher: string, wishes: readonly RevocationWish[], at: Date, lease: Lease): Promise<void>
  /** Those to be decided, the oldest first. */
  received(voucher: string, limit: number): Promise<RecordedWish[]>
  ledger(lease: Lease): WishLedger
  /** Vouchers that are to be told a result by now. */
  dueVouchers(now: Date): Promise<string[]>
  /** Those first that were told in vain least often. */
  untold(voucher: string, limit: number): Promise<UntoldResult[]>
  /** They were told. */
  reported(results: readonly UntoldResult[], at: Date, lease: Lease): Promise<void>
  /** They were told in vain. */
  postpone(results: readonly UntoldResult[], dueAt: Date, lease: Lease): Promise<void>
  isPruneDue(before: Date): Promise<boolean>
  /** Forgets those of which nothing was heard or told since then: they are over, or nobody is there any more to tell. */
  prune(before: Date, lease: Lease): Promise<void>
}

/** Small commits, for devices wait for the same database; and few shapes of statements, for each is prepared. */
const AT_A_TIME = 10
const PRUNED_AT_A_TIME = 200
const ROUNDS = 50

export function wishStore(driver: Driver, keys: StoreKeys): WishStore {
  const commit = async (writes: readonly Write[], lease: Lease) => {
    for (let from = 0; from < writes.length; from += AT_A_TIME) {
      const some = [...requireLease(lease), ...writes.slice(from, from + AT_A_TIME)]
      if ((await driver.commit({ writes: some })).status === 'conflict') await requireHeld(driver, lease)
    }
  }
  return {
    async collections() {
      const rows = await driver.all(findCollections, {})
      return new Map(rows.map(({ voucher, begun_at }) => [voucher, toDate(begun_at)]))
    },
    beginCollection(voucher, at, lease) {
      const values = { voucher, now: fromDate(at) }
      return commit([{ statement: beginCollection, values, otherwise: 'state' }], lease)
    },
    receive(voucher, wishes, at, lease) {
      // Twice in one statement would be a conflict on PostgreSQL.
      const once = new Map(wishes.map((wish) => [wish.context, wish]))
      return commit(
        [...once.values()].map((wish) => writeReceived(voucher, wish, at)),
        lease,
      )
    },
    async received(voucher, limit) {
      return (await driver.all(findReceived, { voucher, limit })).map(toWish)
    },
    ledger: (lease) => wishLedger(driver, keys, lease),
    async dueVouchers(now) {
      return (await driver.all(dueVouchers, { now: fromDate(now) })).map(({ voucher }) => voucher)
    },
    async untold(voucher, limit) {
      return (await driver.all(findDecided, { voucher, limit })).map(toUntold)
    },
    reported(results, at, lease) {
      const now = fromDate(at)
      return commit(
        results.map(({ id }) => ({ statement: report, values: { id, now }, expect: 'any', otherwise: 'state' })),
        lease,
      )
    },
    postpone(results, dueAt, lease) {
      const due = fromDate(dueAt)
      return commit(
        results.map(({ id }) => ({ statement: postpone, values: { id, due }, expect: 'any', otherwise: 'state' })),
        lease,
      )
    },
    async isPruneDue(before) {
      return (await driver.first(findOld, { before: fromDate(before) })) !== undefined
    },
    async prune(before, lease) {
      const values = { before: fromDate(before), limit: PRUNED_AT_A_TIME }
      for (let round = 0; round < ROUNDS; round++) {
        await commit([{ statement: forget, values, expect: 'any', otherwise: 'state' }], lease)
        if ((await driver.first(findOld, values)) === undefined) return
      }
    },
  }
}
