import { sql } from 'kysely'
import type { Driver } from '../driver.ts'
import { slot, statement } from '../statement.ts'

/** Under which the job that fills the terms keeps how far it has come; also the name of the job. */
const NAME = 'indexCertificates'

/** Every certificate up to this id that there is has its terms. */
export async function indexedUpTo(driver: Driver): Promise<number> {
  return (await driver.first(readPosition, { name: NAME }))?.position ?? 0
}

/** Only from where it was read: of two at once one comes too late. */
export function writePosition(from: number, to: number) {
  return { statement: movePosition, values: { name: NAME, from, to }, otherwise: 'state' } as const
}

const readPosition = statement((db) =>
  db.selectFrom('job_position').select('position').where('name', '=', slot<string>('name')),
)

const movePosition = statement((db) => {
  const move = sql`insert into job_position (name, position) select ${slot('name')}, ${slot('to')} where true
    on conflict (name) do update set position = excluded.position where job_position.position = ${slot('from')}`
  return { compile: () => move.compile(db) }
})
