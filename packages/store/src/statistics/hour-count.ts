import { sql } from 'kysely'
import { fromDate } from '../column.ts'
import { compilers, slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'

/** How often something happened within an hour, or how many there are of a day. */
export interface HourCount {
  /** Its beginning. */
  readonly hour: Date
  readonly metric: string
  /** What is counted apart. */
  readonly labels: Readonly<Record<string, string>>
  readonly count: number
}

/** Keys sorted, so that equal labels are equal text. */
export function labelText(labels: HourCount['labels']): string {
  return JSON.stringify(Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))))
}

/** Adds to what was counted before; one write for any number of rows. */
export function addCounts(counts: readonly HourCount[]): Write[] {
  if (counts.length === 0) return []
  const sums = new Map<string, { hour: number; metric: string; labels: string; count: number }>()
  for (const { hour, metric, labels, count } of counts) {
    const row = { hour: fromDate(hour), metric, labels: labelText(labels), count }
    const key = `${row.hour}|${metric}|${row.labels}`
    const sum = sums.get(key)
    sums.set(key, sum === undefined ? row : { ...row, count: sum.count + count })
  }
  // In one order everywhere: of two that add the same rows at once neither holds what the other waits for.
  const rows = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  return [{ statement: addRows, values: { rows: JSON.stringify(rows) }, expect: 'any', otherwise: 'state' }]
}

/** SQLite needs the first WHERE to tell this ON from that of a join, PostgreSQL the second one, after which a unit's guard stands. */
const addRows = statement((db) => {
  const rows =
    db === compilers.postgres
      ? sql`json_to_recordset(cast(${slot('rows')} as json)) as r(hour bigint, metric text, labels text, count bigint)`
      : sql`(select value ->> 'hour' as hour, value ->> 'metric' as metric, value ->> 'labels' as labels,
          value ->> 'count' as count from json_each(${slot('rows')})) as r`
  const upsert = sql`insert into stat_hour (hour, metric, labels, count)
    select r.hour, r.metric, r.labels, r.count from ${rows} where true
    on conflict (hour, metric, labels) do update set count = stat_hour.count + excluded.count where true`
  return { compile: () => upsert.compile(db) }
})
