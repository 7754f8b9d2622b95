import { type Kysely, sql } from 'kysely'
import { fromDate, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { Database } from '../schema/tables.ts'
import { compilers, slot, statement } from '../statement.ts'

/** How somebody who vouches for requests was spoken to the last time, for those who look whether all is well. */
export interface VoucherContact {
  /** Key of the voucher. */
  readonly voucher: string
  readonly call: string
  readonly at: Date
  /** `refused`: it was answered, and the answer was no. */
  readonly outcome: 'ok' | 'refused' | 'failed'
  readonly detail: string | null
}

/** Certificates that whoever vouched for their requests has not acknowledged. */
export interface Unacknowledged {
  /** Not handed out yet: he is told again. */
  readonly held: number
  /** Never handed out: he could not be told in time. */
  readonly unreported: number
}

export interface VoucherContacts {
  /** Of each voucher and call the newest is kept, in whatever order they come. */
  note(contacts: readonly VoucherContact[]): Promise<void>
  of(voucher: string): Promise<VoucherContact[]>
  /** Of one voucher, or of all who were ever spoken to. */
  unacknowledged(voucher?: string): Promise<Unacknowledged>
}

export function voucherContacts(driver: Driver): VoucherContacts {
  return {
    async note(contacts) {
      if (contacts.length === 0) return
      // In one order everywhere: of two that write the same rows at once neither holds what the other waits for.
      const rows = [...contacts]
        .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
        .map((contact) => ({ ...contact, at: fromDate(contact.at) }))
      await driver.commit({
        writes: [{ statement: put, values: { rows: JSON.stringify(rows) }, expect: 'any', otherwise: 'state' }],
      })
    },
    async of(voucher) {
      return (await driver.all(ofVoucher, { voucher })).map((row) => ({ ...row, at: toDate(row.at) }))
    },
    async unacknowledged(voucher) {
      const row = await (voucher === undefined ? driver.first(countAll, {}) : driver.first(countOfVoucher, { voucher }))
      return { held: Number(row?.held ?? 0), unreported: Number(row?.unreported ?? 0) }
    },
  }
}

function keyOf({ voucher, call }: VoucherContact): string {
  return `${voucher} ${call}`
}

/** SQLite needs the first WHERE to tell this ON from that of a join. */
const put = statement((db) => {
  const rows =
    db === compilers.postgres
      ? sql`json_to_recordset(cast(${slot('rows')} as json))
          as r(voucher text, call text, at bigint, outcome text, detail text)`
      : sql`(select value ->> 'voucher' as voucher, value ->> 'call' as call, value ->> 'at' as at,
          value ->> 'outcome' as outcome, value ->> 'detail' as detail from json_each(${slot('rows')})) as r`
  const upsert = sql`insert into voucher_contact (voucher, call, at, outcome, detail)
    select r.voucher, r.call, r.at, r.outcome, r.detail from ${rows} where true
    on conflict (voucher, call) do update
      set at = excluded.at, outcome = excluded.outcome, detail = excluded.detail
      where voucher_contact.at <= excluded.at`
  return { compile: () => upsert.compile(db) }
})

const ofVoucher = statement((db) =>
  db
    .selectFrom('voucher_contact')
    .select(['voucher', 'call', 'at', 'outcome', 'detail'])
    .where('voucher', '=', slot<string>('voucher'))
    .orderBy('call'),
)

const countOfVoucher = statement((db) => unacknowledged(db).where('v.voucher', '=', slot<string>('voucher')))

/** By way of the few vouchers there are: the index is by voucher first. */
const countAll = statement((db) =>
  unacknowledged(db).where('v.voucher', 'in', (eb) => eb.selectFrom('voucher_contact').select('voucher')),
)

/** What came to nothing has no row; of what was given up nothing is due. */
function unacknowledged(db: Kysely<Database>) {
  return db
    .selectFrom('vouched_request as v')
    .innerJoin('scep_transaction as t', 't.uuid', 'v.transaction_uuid')
    .select(({ ref }) => [
      sql<number | string | null>`sum(case when ${ref('v.due_at')} is null then 0 else 1 end)`.as('held'),
      sql<number | string | null>`sum(case when ${ref('v.due_at')} is null then 1 else 0 end)`.as('unreported'),
    ])
    .where('v.told_serial', 'is', null)
    .where('t.state', '=', 'issued')
}
