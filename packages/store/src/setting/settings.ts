import { type AuditEvent, DEFAULT_RETENTION, type RetentionRule } from '@chancery/ra'
import { sql } from 'kysely'
import { writeAudit } from '../audit/write.ts'
import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { slot, statement } from '../statement.ts'

/** Rules of the whole installation. */
export interface Settings {
  /** What nobody has set is as it is by default. */
  retention(): Promise<RetentionRule>
  setRetention(rule: RetentionRule, now: Date, audit?: readonly AuditEvent[]): Promise<void>
}

const RETENTION = 'retention'

export function settings(driver: Driver, keys: StoreKeys): Settings {
  return {
    async retention() {
      const row = await driver.first(find, { name: RETENTION })
      return { ...DEFAULT_RETENTION, ...(row === undefined ? {} : (JSON.parse(row.value) as Partial<RetentionRule>)) }
    },
    async setRetention(rule, now, audit = []) {
      const values = { name: RETENTION, value: JSON.stringify(rule), now: fromDate(now) }
      await driver.commit({ writes: [{ statement: put, values, otherwise: 'state' }, ...writeAudit(keys, audit)] })
    },
  }
}

const find = statement((db) => db.selectFrom('setting').select('value').where('name', '=', slot<string>('name')))

/** First in its unit: what follows its WHERE would be taken for a condition of the update alone. */
const put = statement((db) => {
  const upsert = sql`insert into setting (name, value, changed_at)
    select ${slot('name')}, ${slot('value')}, ${slot('now')} where true
    on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at`
  return { compile: () => upsert.compile(db) }
})
