import type { DecisionRecord } from '@chancery/ra'
import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely'
import { contains, type ProfileReach, within } from '../report-condition.ts'
import type { Database } from '../schema/tables.ts'
import { RECORD_COLUMNS, type RecordRow, toRecord } from './row.ts'
import { uuidAt } from './uuid-at.ts'

/** Which records are asked for; all of what is given must hold. */
export interface DecisionQuery {
  readonly correlationId?: string | undefined
  readonly transactionId?: string | undefined
  /** UUIDs. */
  readonly transaction?: string | undefined
  readonly certificate?: string | undefined
  readonly challenge?: string | undefined
  /** A part of it, in any case of its letters. */
  readonly subject?: string | undefined
  readonly client?: string | undefined
  readonly peer?: string | undefined
  readonly outcome?: string | undefined
  readonly reason?: string | undefined
  readonly scepProfileId?: number | undefined
  readonly raProfileId?: number | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  /** Undefined: of all profiles, and of none. */
  readonly reach?: ProfileReach | undefined
  /** Where the page before ended. */
  readonly before?: string | undefined
  readonly limit: number
}

/** Records of one table, the newest first. */
export interface DecisionSlice {
  readonly records: readonly DecisionRecord[]
  /** Down to this one nothing is missing; undefined: the table has nothing older. */
  readonly floor: string | undefined
}

/** So many rows are looked at for a page, however few of them are asked for: the page is short then, and has a next one. */
const MOST_ROWS_OF_PAGE = 20_000

/** As a driver has it. */
export type Report = <Row>(build: (db: Kysely<Database>) => Compilable<Row>) => Promise<Row[]>
type Table = 'decision' | 'refusal'

export async function readSlice(report: Report, table: Table, query: DecisionQuery): Promise<DecisionSlice> {
  const range = rangeOf(query)
  const end = isIndexed(table, query) ? undefined : await endOfPage(report, table, range)
  const conditions = [...range, ...conditionsOf(table, query), ...(end === undefined ? [] : [sql`uuid >= ${end}`])]
  const rows = await report<RecordRow>((db) => select(db, table, conditions, query.limit + 1))
  const records = rows.slice(0, query.limit).map(toRecord)
  return { records, floor: rows.length > query.limit ? records.at(-1)?.uuid : end }
}

export async function findRecord(report: Report, table: Table, uuid: string): Promise<DecisionRecord | undefined> {
  const [row] = await report<RecordRow>((db) => select(db, table, [sql`uuid = ${uuid}`], 1))
  return row === undefined ? undefined : toRecord(row)
}

function select(db: Kysely<Database>, table: Table, conditions: readonly RawBuilder<unknown>[], limit: number) {
  const count = table === 'refusal' ? sql.ref('count') : sql`1`
  const query = sql<RecordRow>`select ${RECORD_COLUMNS}, ${count} as count from ${sql.table(table)}
    where ${sql.join(conditions, sql` and `)} order by uuid desc limit ${limit}`
  return { compile: () => query.compile(db) }
}

/** One page of several tables: down to where none of them has anything missing. */
export function mergeSlices(
  slices: readonly DecisionSlice[],
  limit: number,
): { readonly records: readonly DecisionRecord[]; readonly next: string | undefined } {
  const floor = slices
    .map((slice) => slice.floor)
    .filter((one) => one !== undefined)
    .sort()
    .at(-1)
  const all = slices
    .flatMap(({ records }) => records)
    .filter(({ uuid }) => floor === undefined || uuid >= floor)
    .sort((one, other) => (one.uuid < other.uuid ? 1 : -1))
  const records = all.slice(0, limit)
  return { records, next: all.length > limit ? records.at(-1)?.uuid : floor }
}

/** An UUID has its time first, so a stretch of time is one of the index of UUIDs. */
function rangeOf({ from, to, before }: DecisionQuery): RawBuilder<unknown>[] {
  return [
    sql`uuid < ${before ?? '~'}`,
    ...(from === undefined ? [] : [sql`uuid >= ${uuidAt(from)}`]),
    ...(to === undefined ? [] : [sql`uuid < ${uuidAt(to)}`]),
  ]
}

async function endOfPage(report: Report, table: Table, range: RawBuilder<unknown>[]): Promise<string | undefined> {
  const rows = await report<{ uuid: string }>((db) => ({
    compile: () =>
      sql<{ uuid: string }>`select uuid from ${sql.table(table)} where ${sql.join(range, sql` and `)}
        order by uuid desc limit 1 offset ${MOST_ROWS_OF_PAGE - 1}`.compile(db),
  }))
  return rows[0]?.uuid
}

/** Few rows have the same: an index leads to them, wherever they are. */
function isIndexed(table: Table, { correlationId, transaction, certificate }: DecisionQuery): boolean {
  if (correlationId !== undefined) return true
  return table === 'decision' && (transaction !== undefined || certificate !== undefined)
}

function conditionsOf(table: Table, query: DecisionQuery): RawBuilder<unknown>[] {
  const equal = Object.entries({
    correlation_id: query.correlationId,
    transaction_id: query.transactionId,
    transaction_uuid: query.transaction,
    certificate_uuid: query.certificate,
    challenge_uuid: query.challenge,
    peer: query.peer,
    outcome: query.outcome,
    reason: query.reason,
    scep_profile_id: query.scepProfileId,
    ra_profile_id: query.raProfileId,
  }).flatMap(([column, value]) => (value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`]))
  const part = Object.entries({ subject: query.subject, client: query.client }).flatMap(([column, value]) =>
    value === undefined ? [] : [contains(sql.ref(column), value)],
  )
  return [...equal, ...part, ...(query.reach === undefined ? [] : [within(query.reach, table)])]
}
