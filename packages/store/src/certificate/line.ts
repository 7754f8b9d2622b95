import { sql } from 'kysely'
import type { Driver } from '../driver.ts'
import { indexedUpTo } from './indexing.ts'
import { type CertificateEntry, type CertificateRow, ROW_COLUMNS, ROW_SOURCE, toEntry } from './row.ts'
import { FACET } from './term.ts'

/** A device that renews each day for a year; what is beyond is left out. */
const MOST_STEPS = 400
const MOST_RECENT = 4000

interface Link {
  readonly id: number
  readonly uuid: string
}

/** A certificate, what it renewed, and everything that renewed any of these; the oldest first. */
export async function lineOf(driver: Driver, uuid: string): Promise<CertificateEntry[]> {
  const position = await indexedUpTo(driver)
  const line = await descendants(driver, await eldest(driver, uuid))
  // What is not in the index yet can only be newer than what is.
  const recent = await driver.report((db) =>
    db
      .selectFrom('certificate')
      .where('id', '>', position)
      .where('predecessor', 'is not', null)
      .select(['id', 'uuid', 'predecessor'])
      .orderBy('id')
      .limit(MOST_RECENT),
  )
  const known = new Map(line.map((link) => [link.uuid, link.id]))
  for (const { id, uuid: successor, predecessor } of recent) {
    if (predecessor !== null && known.has(predecessor)) known.set(successor, id)
  }
  const rows = await driver.report<CertificateRow>((db) => ({
    compile: () =>
      sql<CertificateRow>`select ${ROW_COLUMNS} from ${ROW_SOURCE} where c.id in (${sql.join([...known.values()])})
        order by c.id`.compile(db),
  }))
  return rows.map(toEntry)
}

async function eldest(driver: Driver, uuid: string): Promise<string> {
  const rows = await driver.report<{ readonly uuid: string }>((db) => ({
    compile: () =>
      sql<{ readonly uuid: string }>`with recursive up(uuid, predecessor, step) as (
        select uuid, predecessor, 0 from certificate where uuid = ${uuid}
        union all
        select c.uuid, c.predecessor, up.step + 1 from up join certificate c on c.uuid = up.predecessor
        where up.step < ${MOST_STEPS}
      ) select uuid from up order by step desc limit 1`.compile(db),
  }))
  return rows[0]?.uuid ?? uuid
}

/** Itself, and by the terms that say what a certificate renews. */
function descendants(driver: Driver, uuid: string): Promise<Link[]> {
  return driver.report<Link>((db) => ({
    compile: () =>
      sql<Link>`with recursive down(id, uuid, step) as (
        select id, uuid, 0 from certificate where uuid = ${uuid}
        union all
        select c.id, c.uuid, down.step + 1 from down
        join certificate_term x on x.term = ${FACET.renews('')} || down.uuid
        join certificate c on c.id = x.certificate_id
        where down.step < ${MOST_STEPS}
      ) select id, uuid from down order by id limit ${MOST_STEPS * 2}`.compile(db),
  }))
}
