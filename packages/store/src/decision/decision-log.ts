import type { AuditEvent, DecisionRecord } from '@chancery/ra'
import { sql } from 'kysely'
import { writeAudit } from '../audit/write.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import type { RefusalStore } from '../refusal/refusal-store.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'
import { type DecisionQuery, findRecord, mergeSlices, readSlice } from './query.ts'
import { insertDecision, lotsOf, recordValues } from './row.ts'
import { uuidAt } from './uuid-at.ts'

export interface DecisionPage {
  readonly records: readonly DecisionRecord[]
  /** Where the next page begins; undefined: there is none. A page may be short, or empty, and still have a next one. */
  readonly next: string | undefined
}

/** What was decided about SCEP requests: those that something vouched for or that led to something, and the refusals beside them. */
export interface DecisionLog {
  /** With what is audited of them, in the commit of the last ones; the devices have their answers already. */
  write(records: readonly DecisionRecord[], audit?: readonly AuditEvent[]): Promise<void>
  /** The newest first, of both stores. */
  list(query: DecisionQuery): Promise<DecisionPage>
  find(uuid: string): Promise<DecisionRecord | undefined>
  /** @returns how many were removed */
  prune(before: Date, lease?: Lease): Promise<number>
  isPruneDue(before: Date): Promise<boolean>
}

/** Small commits: devices wait for the same database. */
const AT_A_TIME = 500
const ROUNDS = 40

export function decisionLog(driver: Driver, keys: StoreKeys, refusals: RefusalStore): DecisionLog {
  const report = driver.report.bind(driver)
  return {
    async write(records, audit = []) {
      const lots = lotsOf(records)
      for (const [index, lot] of lots.entries()) {
        const inserts = lot.map((record): Write => {
          return { statement: insertDecision, values: recordValues(record), otherwise: 'state' }
        })
        const events = index === lots.length - 1 ? audit : []
        await driver.commit({ writes: [...inserts, ...writeAudit(keys, events)] })
      }
    },
    async list(query) {
      const slices = await Promise.all([readSlice(report, 'decision', query), refusals.read(query)])
      return mergeSlices(slices, query.limit)
    },
    async find(uuid) {
      return (await findRecord(report, 'decision', uuid)) ?? refusals.find(uuid)
    },
    async isPruneDue(before) {
      return (await driver.first(oldest, { before: uuidAt(before) })) !== undefined
    },
    async prune(before, lease) {
      let removed = 0
      for (let round = 0; round < ROUNDS; round++) {
        const values = { before: uuidAt(before), limit: AT_A_TIME }
        const count = Number((await driver.first(countOld, values))?.rows ?? 0)
        if (count === 0) break
        const write = { statement: deleteOld, values, expect: 'any', otherwise: 'state' } as const
        const { status } = await driver.commit({ writes: [...requireLease(lease), write] })
        if (status === 'conflict') break
        removed += count
      }
      return removed
    },
  }
}

const oldest = statement((db) =>
  db.selectFrom('decision').select('uuid').where('uuid', '<', slot<string>('before')).orderBy('uuid').limit(sql.lit(1)),
)

const OLD = sql`select id from decision where uuid < ${slot('before')} order by uuid limit ${slot('limit')}`

const countOld = statement<{ rows: number }>((db) => ({
  compile: () => sql<{ rows: number }>`select count(*) as rows from (${OLD}) as old`.compile(db),
}))

const deleteOld = statement((db) => ({
  compile: () => sql`delete from decision where id in (${OLD})`.compile(db),
}))
