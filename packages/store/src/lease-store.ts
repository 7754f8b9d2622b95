import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Driver } from './driver.ts'
import type { Database } from './schema/tables.ts'
import { compilers, slot, statement } from './statement.ts'
import type { Write } from './unit.ts'

/** The right to run a job, until somebody else has it. */
export interface Lease {
  readonly name: string
  /** Fencing token: what is written under an older one is refused (design, rule 14). */
  readonly token: number
}

/** Who may run a job now. Times are the database's, so that clocks of nodes do not matter. */
export interface LeaseStore {
  /** Undefined while another holder's lease runs. */
  acquire(name: string, holder: string, seconds: number): Promise<Lease | undefined>
  /** False when somebody else has taken it. */
  renew(lease: Lease, seconds: number): Promise<boolean>
  /** Lets others have it at once. */
  release(lease: Lease): Promise<void>
}

export function leaseStore(driver: Driver): LeaseStore {
  return {
    async acquire(name, holder, seconds) {
      const result = await driver.commit({
        writes: [{ statement: take, values: { name, holder, length: toMicroseconds(seconds) }, otherwise: 'state' }],
      })
      return result.status === 'committed' ? { name, token: Number(result.returned) } : undefined
    },
    async renew({ name, token }, seconds) {
      const values = { name, token, length: toMicroseconds(seconds) }
      const { status } = await driver.commit({ writes: [{ statement: prolong, values, otherwise: 'state' }] })
      return status === 'committed'
    },
    async release({ name, token }) {
      // A conflict means that somebody else has it already.
      await driver.commit({ writes: [{ statement: end, values: { name, token }, otherwise: 'state' }] })
    },
  }
}

/** First in a unit: nothing of it is done once somebody else has the lease. Without a lease it asks for nothing. */
export function requireLease(lease: Lease | undefined): Write[] {
  if (lease === undefined) return []
  return [{ statement: hold, values: { name: lease.name, token: lease.token }, otherwise: 'state' }]
}

export function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1_000_000)
}

export function databaseTime(db: Kysely<Database>): RawBuilder<number> {
  return db === compilers.postgres
    ? sql<number>`(extract(epoch from clock_timestamp()) * 1000000)::bigint`
    : sql<number>`cast(unixepoch('subsec') * 1000000 as integer)`
}

/** SQLite needs the WHERE to tell this ON from that of a join. */
const take = statement((db) => {
  const now = databaseTime(db)
  const upsert = sql`insert into job_lease (name, holder, token, expires_at)
    select ${slot('name')}, ${slot('holder')}, 1, ${now} + ${slot('length')} where true
    on conflict (name) do update set holder = excluded.holder, token = job_lease.token + 1, expires_at = excluded.expires_at
    where job_lease.expires_at <= ${now}`
  return { compile: () => upsert.compile(db) }
}, 'token')

const prolong = statement((db) =>
  db
    .updateTable('job_lease')
    .set({ expires_at: sql<number>`${databaseTime(db)} + ${slot('length')}` })
    .where('name', '=', slot<string>('name'))
    .where('token', '=', slot<number>('token')),
)

/** The row stays: its token must never begin anew. */
const end = statement((db) =>
  db
    .updateTable('job_lease')
    .set({ expires_at: 0 })
    .where('name', '=', slot<string>('name'))
    .where('token', '=', slot<number>('token')),
)

/** A write and no condition: it locks the row, so that nobody takes the lease while the unit commits. */
const hold = statement((db) =>
  db
    .updateTable('job_lease')
    .set((eb) => ({ token: eb.ref('token') }))
    .where('name', '=', slot<string>('name'))
    .where('token', '=', slot<number>('token')),
)
