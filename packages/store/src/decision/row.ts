import type { DecisionDetail, DecisionRecord } from '@chancery/ra'
import { type Kysely, sql } from 'kysely'
import { fromDate, fromText, toDate } from '../column.ts'
import type { Database } from '../schema/tables.ts'
import { compilers, type Statement, slot, statement } from '../statement.ts'

/** Columns of both tables of records, but for `id`; those of `refusal` are one more. */
const COLUMNS = {
  uuid: 'text',
  at: 'bigint',
  correlation_id: 'text',
  endpoint: 'text',
  scep_profile_id: 'bigint',
  ra_profile_id: 'bigint',
  message_type: 'text',
  outcome: 'text',
  reason: 'text',
  fail_info: 'text',
  transaction_uuid: 'text',
  transaction_id: 'text',
  certificate_uuid: 'text',
  challenge_uuid: 'text',
  subject: 'text',
  client: 'text',
  peer: 'text',
  detail: 'text',
} as const

type Column = keyof typeof COLUMNS
type Columns = Readonly<Record<string, 'text' | 'bigint'>>
type Row = Readonly<Record<Column | 'count', string | number | null>>

/** A row as a query selects it. */
export interface RecordRow extends Row {
  readonly uuid: string
  readonly at: number
  readonly correlation_id: string
  readonly endpoint: string | null
  readonly scep_profile_id: number | null
  readonly ra_profile_id: number | null
  readonly message_type: string | null
  readonly outcome: string
  readonly reason: string | null
  readonly fail_info: DecisionRecord['failInfo']
  readonly transaction_uuid: string | null
  readonly transaction_id: string | null
  readonly certificate_uuid: string | null
  readonly challenge_uuid: string | null
  readonly subject: string | null
  readonly client: string | null
  readonly peer: string | null
  readonly count: number
  readonly detail: string
}

export const RECORD_COLUMNS = sql.join(Object.keys(COLUMNS).map((column) => sql.ref(column)))

/** All rows of one parameter: however many come together, it is one statement, prepared once. */
function insertAll(table: 'decision' | 'refusal', columns: Columns): Statement {
  return statement((db) => {
    const names = Object.keys(columns)
    const into = sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})`
    return { compile: () => sql`${into} ${selectAll(db, columns)}`.compile(db) }
  })
}

function selectAll(db: Kysely<Database>, columns: Columns) {
  const names = Object.keys(columns)
  if (db !== compilers.postgres) {
    const values = names.map((_, index) => sql`value ->> ${sql.lit(index)}`)
    return sql`select ${sql.join(values)} from json_each(${slot('rows')})`
  }
  const values = Object.values(columns).map((type, index) => sql`(value ->> ${sql.lit(index)})::${sql.raw(type)}`)
  return sql`select ${sql.join(values)} from json_array_elements(${slot('rows')}::json)`
}

export const insertDecisions = insertAll('decision', COLUMNS)
export const insertRefusals = insertAll('refusal', { ...COLUMNS, count: 'bigint' })

/** The parameter of these. */
export function toRows(records: readonly DecisionRecord[], withCount = false): string {
  const rows = records.map((record) => (withCount ? [...toRow(record), record.count] : toRow(record)))
  return JSON.stringify(rows)
}

/** In the order of the columns. A half of a surrogate pair, which a device may well send, would be no text to PostgreSQL. */
function toRow(record: DecisionRecord): (string | number | null)[] {
  return [
    record.uuid,
    fromDate(record.at),
    record.correlationId,
    record.endpoint,
    record.scepProfileId,
    record.raProfileId,
    record.messageType,
    record.outcome,
    record.reason,
    record.failInfo,
    record.transaction,
    record.transactionId,
    record.certificate,
    record.challenge,
    record.subject,
    record.client,
    record.peer,
    JSON.stringify(record.detail),
  ].map((value) => (typeof value === 'string' ? fromText(value.toWellFormed()) : value))
}

export function toRecord(row: RecordRow): DecisionRecord {
  return {
    uuid: row.uuid,
    at: toDate(row.at),
    correlationId: row.correlation_id,
    endpoint: row.endpoint,
    scepProfileId: row.scep_profile_id,
    raProfileId: row.ra_profile_id,
    messageType: row.message_type,
    outcome: row.outcome,
    reason: row.reason,
    failInfo: row.fail_info,
    transaction: row.transaction_uuid,
    transactionId: row.transaction_id,
    certificate: row.certificate_uuid,
    challenge: row.challenge_uuid,
    subject: row.subject,
    client: row.client,
    peer: row.peer,
    count: row.count,
    detail: JSON.parse(row.detail) as DecisionDetail,
  }
}
