import type { TransactionKind, TransactionState } from '@chancery/ra'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { toBytes, toDate } from '../column.ts'
import { uuidAt } from '../decision/uuid-at.ts'
import type { Driver } from '../driver.ts'
import { contains, type ProfileReach, within } from '../report-condition.ts'
import type { Database } from '../schema/tables.ts'
import { type TransactionPruning, transactionPruning } from './prune.ts'

/** A transaction as administrators see it. */
export interface TransactionEntry {
  readonly uuid: string
  readonly state: TransactionState
  readonly kind: TransactionKind
  readonly endpoint: string
  readonly scepProfileId: number
  readonly raProfileId: number
  readonly transactionId: string
  /** RFC 4514; null: not known before it waits for a person or is issued. */
  readonly subject: string | null
  readonly reason: string | null
  readonly createdAt: Date
  readonly changedAt: Date
  readonly expiresAt: Date | null
  /** UUIDs. */
  readonly certificate: string | null
  readonly supersededBy: string | null
}

export interface TransactionQuery {
  readonly state?: TransactionState | undefined
  readonly transactionId?: string | undefined
  /** A part of it, in any case of its letters. */
  readonly subject?: string | undefined
  readonly scepProfileId?: number | undefined
  readonly raProfileId?: number | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly reach?: ProfileReach | undefined
  /** UUID of the last one of the page before. */
  readonly before?: string | undefined
  readonly limit: number
}

export interface TransactionPage {
  readonly transactions: readonly TransactionEntry[]
  /** A page may be short, or empty, and still have a next one. */
  readonly next: string | undefined
}

export interface TransactionLog extends TransactionPruning {
  /** The newest first. */
  list(query: TransactionQuery): Promise<TransactionPage>
  get(uuid: string): Promise<TransactionEntry | undefined>
}

/** So many rows are looked at for a page, however few of them are asked for. */
const MOST_ROWS_OF_PAGE = 20_000

export function transactionLog(driver: Driver): TransactionLog {
  const read = (conditions: readonly RawBuilder<unknown>[], limit: number) =>
    driver.report<Row>((db) => select(db, conditions, limit))
  return {
    ...transactionPruning(driver),
    async list(query) {
      const range = rangeOf(query)
      const [end] = await driver.report<{ uuid: string }>((db) => ({
        compile: () =>
          sql<{ uuid: string }>`select t.uuid from scep_transaction t where ${sql.join(range, sql` and `)}
            order by t.uuid desc limit 1 offset ${MOST_ROWS_OF_PAGE - 1}`.compile(db),
      }))
      const floor = end === undefined ? [] : [sql`t.uuid >= ${end.uuid}`]
      const rows = await read([...range, ...conditionsOf(query), ...floor], query.limit + 1)
      const transactions = rows.slice(0, query.limit).map(toEntry)
      return { transactions, next: rows.length > query.limit ? transactions.at(-1)?.uuid : end?.uuid }
    },
    async get(uuid) {
      const [row] = await read([sql`t.uuid = ${uuid}`], 1)
      return row === undefined ? undefined : toEntry(row)
    },
  }
}

interface Row {
  readonly uuid: string
  readonly state: TransactionState
  readonly kind: TransactionKind
  readonly endpoint: string
  readonly scep_profile_id: number
  readonly ra_profile_id: number
  readonly transaction_id: Uint8Array
  readonly subject: string | null
  readonly reason: string | null
  readonly created_at: number
  readonly changed_at: number
  readonly expires_at: number | null
  readonly certificate_uuid: string | null
  readonly superseded_by: string | null
}

function select(db: Kysely<Database>, conditions: readonly RawBuilder<unknown>[], limit: number) {
  const query = sql<Row>`select t.uuid, t.state, t.kind, t.endpoint, t.scep_profile_id, t.ra_profile_id, t.transaction_id,
      coalesce(c.subject, t.subject) as subject, t.reason, t.created_at, t.changed_at, t.expires_at, t.certificate_uuid,
      t.superseded_by
    from scep_transaction t left join certificate c on c.uuid = t.certificate_uuid
    where ${sql.join(conditions, sql` and `)} order by t.uuid desc limit ${limit}`
  return { compile: () => query.compile(db) }
}

function rangeOf({ from, to, before }: TransactionQuery): RawBuilder<unknown>[] {
  return [
    sql`t.uuid < ${before ?? '~'}`,
    ...(from === undefined ? [] : [sql`t.uuid >= ${uuidAt(from)}`]),
    ...(to === undefined ? [] : [sql`t.uuid < ${uuidAt(to)}`]),
  ]
}

function conditionsOf(query: TransactionQuery): RawBuilder<unknown>[] {
  const { state, transactionId, subject, scepProfileId, raProfileId, reach } = query
  return [
    ...(state === undefined ? [] : [sql`t.state = ${state}`]),
    ...(transactionId === undefined ? [] : [sql`t.transaction_id = ${Buffer.from(transactionId, 'latin1')}`]),
    ...(subject === undefined ? [] : [contains(sql`coalesce(c.subject, t.subject)`, subject)]),
    ...(scepProfileId === undefined ? [] : [sql`t.scep_profile_id = ${scepProfileId}`]),
    ...(raProfileId === undefined ? [] : [sql`t.ra_profile_id = ${raProfileId}`]),
    ...(reach === undefined ? [] : [within(reach, 't')]),
  ]
}

function toEntry(row: Row): TransactionEntry {
  return {
    uuid: row.uuid,
    state: row.state,
    kind: row.kind,
    endpoint: row.endpoint,
    scepProfileId: row.scep_profile_id,
    raProfileId: row.ra_profile_id,
    transactionId: toBytes(row.transaction_id).toString('latin1'),
    subject: row.subject,
    reason: row.reason,
    createdAt: toDate(row.created_at),
    changedAt: toDate(row.changed_at),
    expiresAt: row.expires_at === null ? null : toDate(row.expires_at),
    certificate: row.certificate_uuid,
    supersededBy: row.superseded_by,
  }
}
