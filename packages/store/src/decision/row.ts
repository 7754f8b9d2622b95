import type { DecisionDetail, DecisionRecord } from '@chancery/ra'
import { sql } from 'kysely'
import { fromDate, fromText, toDate } from '../column.ts'
import { insertRow, slot, statement, type Values } from '../statement.ts'

/** Columns of both tables of records, but for `id`; those of `refusal` are one more. */
const recordRow = () => ({
  uuid: slot<string>('uuid'),
  at: slot<number>('at'),
  correlation_id: slot<string>('correlationId'),
  endpoint: slot<string>('endpoint'),
  scep_profile_id: slot<number>('scepProfile'),
  ra_profile_id: slot<number>('raProfile'),
  message_type: slot<string>('messageType'),
  outcome: slot<string>('outcome'),
  reason: slot<string>('reason'),
  fail_info: slot<string>('failInfo'),
  transaction_uuid: slot<string>('transaction'),
  transaction_id: slot<string>('transactionId'),
  certificate_uuid: slot<string>('certificate'),
  challenge_uuid: slot<string>('challenge'),
  subject: slot<string>('subject'),
  client: slot<string>('client'),
  peer: slot<string>('peer'),
  detail: slot<string>('detail'),
})

/** A row as a query selects it. */
export interface RecordRow {
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

export const RECORD_COLUMNS = sql.join(Object.keys(recordRow()).map((column) => sql.ref(column)))

export const insertDecision = statement((db) => insertRow(db, 'decision', recordRow()))
export const insertRefusal = statement((db) => insertRow(db, 'refusal', { ...recordRow(), count: slot('count') }))

/** In lots of 32, 16, 8, …: a unit of as many writes is one statement to PostgreSQL, and of these there are few shapes. */
export function lotsOf(records: readonly DecisionRecord[]): (readonly DecisionRecord[])[] {
  const lots: (readonly DecisionRecord[])[] = []
  for (let from = 0; from < records.length; ) {
    const size = Math.min(LARGEST_LOT, 2 ** Math.floor(Math.log2(records.length - from)))
    lots.push(records.slice(from, from + size))
    from += size
  }
  return lots
}

const LARGEST_LOT = 32

export function recordValues(record: DecisionRecord): Values {
  const { correlationId, endpoint, messageType, outcome, reason, failInfo, transaction, certificate, challenge } =
    record
  return {
    ...{ uuid: record.uuid, at: fromDate(record.at), count: record.count },
    ...{ correlationId, endpoint, messageType, outcome, reason, failInfo, transaction, certificate, challenge },
    scepProfile: record.scepProfileId,
    raProfile: record.raProfileId,
    transactionId: sound(record.transactionId),
    subject: sound(record.subject),
    client: record.client,
    peer: sound(record.peer),
    detail: fromDetail(record.detail),
  }
}

/** Half of a surrogate pair, which a device may well send, is no text to PostgreSQL. */
function sound(text: string | null): string | null {
  return text === null ? null : fromText(text.toWellFormed())
}

/** A check that was passed is nothing but its name: most of them are. */
type StoredChecks = readonly (DecisionDetail['checks'][number] | DecisionDetail['checks'][number]['check'])[]

function fromDetail({ checks, ...detail }: DecisionDetail): string {
  const stored: StoredChecks = checks.map((one) =>
    one.verdict === 'passed' && one.detail === undefined ? one.check : one,
  )
  return JSON.stringify({ ...detail, checks: stored })
}

function toDetail(text: string): DecisionDetail {
  const { checks, ...detail } = JSON.parse(text) as Omit<DecisionDetail, 'checks'> & { readonly checks: StoredChecks }
  return {
    ...detail,
    checks: checks.map((one) => (typeof one === 'string' ? { check: one, verdict: 'passed' } : one)),
  }
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
    detail: toDetail(row.detail),
  }
}
