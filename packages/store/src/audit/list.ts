import type { AuditEvent } from '@chancery/ra'
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { Database } from '../schema/tables.ts'
import { slot, statement } from '../statement.ts'
import { toAuditEvent } from './feed.ts'

/** What is asked for; each that is given must fit. */
export interface AuditFilter {
  readonly actor?: string | undefined
  readonly actorKind?: string | undefined
  /** `noun.verb`, or `noun.` for all of a noun. */
  readonly action?: string | undefined
  readonly objectKind?: string | undefined
  readonly objectUuid?: string | undefined
  readonly objectName?: string | undefined
  readonly outcome?: string | undefined
  readonly source?: string | undefined
  readonly correlationId?: string | undefined
  readonly transactionId?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  /** Somewhere in the name of whoever did it or of what it was done to. */
  readonly text?: string | undefined
}

export interface AuditEntry {
  readonly id: number
  /** Undefined: it has no place in the chain yet. */
  readonly seq: number | undefined
  readonly event: AuditEvent
}

export interface AuditPage {
  /** The newest first. */
  readonly entries: readonly AuditEntry[]
  /** Where the next page begins; undefined: there is none. A page may be short, or empty, and still have a next one. */
  readonly next: number | undefined
}

export interface AuditReading {
  list(
    filter: AuditFilter,
    options: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<AuditPage>
  find(uuid: string): Promise<AuditEntry | undefined>
}

/**
 * So many rows are looked at in one query, and in so many queries for a page, however few of them fit: with a million events
 * no filter needs an index of its own, which every enrolment would have to keep up.
 */
const WINDOW = 50_000
const MOST_WINDOWS = 10

export function auditReading(driver: Driver): AuditReading {
  return {
    async list(filter, { before, limit }) {
      const lowest = (await driver.first(lowestId, {}))?.id ?? 0
      const highest = (await driver.first(highestId, {}))?.id ?? 0
      const start = Math.min(before ?? highest + 1, highest + 1)
      // What was done to one thing has an index.
      const width = filter.objectUuid === undefined ? WINDOW : WINDOW * MOST_WINDOWS
      const entries: AuditEntry[] = []
      let end = start
      for (let window = 0; window < MOST_WINDOWS && end > lowest; window++) {
        const [above, below] = [end - width, end]
        const rows = await driver.report((db) =>
          db
            .selectFrom('audit_event')
            .selectAll()
            .where('id', '<', below)
            .where('id', '>=', above)
            .where((eb) => eb.and(conditions(eb, filter)))
            .orderBy('id', 'desc')
            .limit(limit + 1 - entries.length),
        )
        entries.push(...rows.map((row) => ({ id: row.id, seq: row.seq ?? undefined, event: toAuditEvent(row) })))
        if (entries.length > limit) return { entries: entries.slice(0, limit), next: entries[limit - 1]?.id }
        end = above
      }
      return { entries, next: end > lowest ? end : undefined }
    },
    async find(uuid) {
      const row = await driver.first(findOne, { uuid })
      return row === undefined ? undefined : { id: row.id, seq: row.seq ?? undefined, event: toAuditEvent(row) }
    },
  }
}

function conditions(
  eb: ExpressionBuilder<Database, 'audit_event'>,
  { action, transactionId, from, to, text, ...filter }: AuditFilter,
): Expression<SqlBool>[] {
  const equal = [
    ['actor', filter.actor],
    ['actor_kind', filter.actorKind],
    ['object_kind', filter.objectKind],
    ['object_uuid', filter.objectUuid],
    ['object_name', filter.objectName],
    ['outcome', filter.outcome],
    ['source', filter.source],
    ['correlation_id', filter.correlationId],
  ] as const
  const all: Expression<SqlBool>[] = equal.flatMap(([column, value]) =>
    value === undefined ? [] : [eb(column, '=', value)],
  )
  if (action !== undefined)
    all.push(action.endsWith('.') ? like(sql`action`, `${literal(action)}%`) : eb('action', '=', action))
  // Of JSON that we wrote: a quotation mark in a value is escaped there, so nothing else looks like this field.
  if (transactionId !== undefined) {
    all.push(like(sql`detail`, `%${literal(`"transactionId":${JSON.stringify(transactionId)}`)}%`))
  }
  if (from !== undefined) all.push(eb('at', '>=', fromDate(from)))
  if (to !== undefined) all.push(eb('at', '<', fromDate(to)))
  if (text !== undefined) {
    const pattern = `%${literal(text.toLowerCase())}%`
    all.push(eb.or([like(sql`lower(actor)`, pattern), like(sql`lower(object_name)`, pattern)]))
  }
  return all
}

function like(value: Expression<unknown>, pattern: string): Expression<SqlBool> {
  return sql<SqlBool>`${value} like ${pattern} escape '!'`
}

function literal(text: string): string {
  return text.replace(/[!%_]/g, '!$&')
}

const lowestId = statement((db) => db.selectFrom('audit_event').select('id').orderBy('id').limit(1))

const highestId = statement((db) => db.selectFrom('audit_event').select('id').orderBy('id', 'desc').limit(1))

const findOne = statement((db) => db.selectFrom('audit_event').selectAll().where('uuid', '=', slot<string>('uuid')))
