import { sql } from 'kysely'
import type { Driver } from './driver.ts'
import { slot, statement } from './statement.ts'
import type { Write } from './unit.ts'

/** How far a job has come that goes through a table once; 0 before it began. */
export async function readPosition(driver: Driver, name: string): Promise<number> {
  return Number((await driver.first(find, { name }))?.position ?? 0)
}

/** Part of the unit that does the work of this stretch: nothing of it is done twice. */
export function advance(name: string, from: number, to: number): Write {
  return { statement: move, values: { name, from, to }, otherwise: 'state' }
}

const find = statement((db) =>
  db.selectFrom('job_position').where('name', '=', slot<string>('name')).select('position'),
)

/** The first time it inserts. SQLite needs the WHERE to tell this ON from that of a join. */
const move = statement((db) => {
  const upsert = sql`insert into job_position (name, position) select ${slot('name')}, ${slot('to')} where true
    on conflict (name) do update set position = excluded.position where job_position.position = ${slot('from')}`
  return { compile: () => upsert.compile(db) }
})
