import type { RememberedAllows } from '@chancery/ra'
import { fromDate } from './column.ts'
import type { Driver } from './driver.ts'
import { type Lease, requireLease } from './lease-store.ts'
import { insertRow, slot, statement } from './statement.ts'
import type { Write } from './unit.ts'

/** What was allowed elsewhere and is not begun yet (design, rule 19). */
export interface AllowStore extends RememberedAllows {
  /** Whether any is too old to be used. */
  isDue(now: Date): Promise<boolean>
  /** Removes those that are too old. */
  forget(now: Date, lease?: Lease): Promise<void>
}

export function allowStore(driver: Driver): AllowStore {
  return {
    async has(key, now) {
      return (await driver.first(findAllow, { key, now: fromDate(now) })) !== undefined
    },
    async remember(key, until) {
      const values = { key, until: fromDate(until) }
      const renewed = await driver.commit({ writes: [{ statement: renewAllow, values, otherwise: 'state' }] })
      if (renewed.status === 'committed') return
      // Whoever was faster has remembered the same.
      await driver.commit({ writes: [{ statement: insertAllow, values, otherwise: 'state', unique: 'state' }] })
    },
    async isDue(now) {
      return (await driver.first(findExpired, { now: fromDate(now) })) !== undefined
    },
    async forget(now, lease) {
      const values = { now: fromDate(now) }
      await driver.commit({
        writes: [...requireLease(lease), { statement: forgetExpired, values, expect: 'any', otherwise: 'state' }],
      })
    },
  }
}

/** In the unit that records what was allowed: the condition decides, so one yes begins one transaction. */
export function consumeAllow(key: Buffer, now: Date): Write {
  return { statement: takeAllow, values: { key, now: fromDate(now) }, otherwise: 'allow' }
}

const findAllow = statement((db) =>
  db
    .selectFrom('remembered_allow')
    .select('expires_at')
    .where('idempotency_key', '=', slot<Buffer>('key'))
    .where('expires_at', '>', slot<number>('now')),
)

const renewAllow = statement((db) =>
  db
    .updateTable('remembered_allow')
    .set({ expires_at: slot<number>('until') })
    .where('idempotency_key', '=', slot<Buffer>('key')),
)

const insertAllow = statement((db) =>
  insertRow(db, 'remembered_allow', { idempotency_key: slot('key'), expires_at: slot('until') }),
)

const takeAllow = statement((db) =>
  db
    .deleteFrom('remembered_allow')
    .where('idempotency_key', '=', slot<Buffer>('key'))
    .where('expires_at', '>', slot<number>('now')),
)

const findExpired = statement((db) =>
  db.selectFrom('remembered_allow').select('expires_at').where('expires_at', '<=', slot<number>('now')).limit(1),
)

const forgetExpired = statement((db) =>
  db.deleteFrom('remembered_allow').where('expires_at', '<=', slot<number>('now')),
)
