import { type RawBuilder, sql } from 'kysely'
import type { Driver } from '../driver.ts'
import { type Group, LAST_CHARACTER } from './group.ts'

/** Ids of certificates below one, the newest first and no more than the limit: all that are asked for are among these. */
export type Ids = (before: number, limit: number) => RawBuilder<unknown>

export interface Way {
  readonly ids: Ids
  /** The condition that all of them meet; undefined: they are all that there are. */
  readonly by: Group | undefined
  /** They were counted, and are few. */
  readonly isFew: boolean
}

/** What more have is common: it is read from the newest on, and never counted to the end. */
const FEW = 2000
/** So many with one beginning are sorted. Where there are more, looking at the newest finds some soon. */
const MOST_SORTED = 20_000
/** So many of the newest tell how common something is. */
const SAMPLE = 100
/** SQLite takes 500 parts of a union. */
const MOST_PARTS = 300

const EVERY: Way = {
  ids: (before, limit) => sql`select id from certificate where id < ${before} order by id desc limit ${limit}`,
  by: undefined,
  isFew: false,
}

/**
 * By the rarest condition. Under each term the newest stand first, so that of what is common a page is read as fast as of
 * what is rare, and nothing large is ever sorted.
 * @param newest of the certificates that are in the index
 */
export async function chooseWay(driver: Driver, groups: readonly Group[], newest: number): Promise<Way> {
  const usable = groups.filter((group) => (group.terms?.length ?? 0) <= MOST_PARTS)
  const ranked = await Promise.all(
    usable.map(async (group) => ({ group, ids: idsOf(group), ...(await sizeOf(driver, group, newest)) })),
  )
  const [best] = ranked
    .filter(({ group, isFew }) => group.terms !== undefined || isFew)
    .toSorted((a, b) => a.size - b.size)
  return best === undefined ? EVERY : { ids: best.ids, by: best.group, isFew: best.isFew }
}

interface Size {
  readonly size: number
  readonly isFew: boolean
}

/** Counted where it is few; else as if the rest were like the newest. */
async function sizeOf(driver: Driver, group: Group, newest: number): Promise<Size> {
  if (group.terms?.length === 0) return { size: group.ids.size, isFew: true }
  const most = group.terms === undefined ? MOST_SORTED : FEW
  const counted = await number(
    driver,
    sql`select count(*) as number from (select 1 from (${eachOf(group, most + 1)}) parts limit ${most + 1}) counted`,
  )
  if (counted <= most) return { size: counted + group.ids.size, isFew: true }
  if (group.terms === undefined) return { size: newest, isFew: false }
  const oldest = await number(driver, sql`select min(id) as number from (${idsOf(group)(newest + 1, SAMPLE)}) sample`)
  return { size: Math.max(counted, (newest * SAMPLE) / (newest + 1 - oldest)), isFew: false }
}

/**
 * So many rows of each term at most. Term by term: of several in one condition PostgreSQL expects to meet some anywhere in
 * the table, and reads it from its beginning.
 */
function eachOf(group: Group, limit: number): RawBuilder<unknown> {
  const part = (which: RawBuilder<unknown>) =>
    sql`select * from (select 1 as one from certificate_term where ${which} limit ${limit}) part`
  const { terms } = group
  return terms === undefined
    ? part(termIn(group))
    : sql.join(
        terms.map((term) => part(sql`term = ${term}`)),
        sql` union all `,
      )
}

async function number(driver: Driver, query: RawBuilder<unknown>): Promise<number> {
  interface NumberRow {
    readonly number: number | null
  }
  const [row] = await driver.report<NumberRow>((db) => ({ compile: () => sql<NumberRow>`${query}`.compile(db) }))
  return Number(row?.number ?? 0)
}

function idsOf(group: Group): Ids {
  const { terms, ids } = group
  return (before, limit) => {
    const newest = (which: RawBuilder<unknown>) => sql`select * from (select certificate_id as id from certificate_term
      where ${which} and certificate_id < ${before} order by certificate_id desc limit ${limit}) part`
    const some = [
      ...(terms === undefined
        ? // A certificate may have several words that begin alike.
          [
            sql`select * from (select distinct certificate_id as id from certificate_term
              where ${termIn(group)} and certificate_id < ${before} order by certificate_id desc limit ${limit}) part`,
          ]
        : terms.map((term) => newest(sql`term = ${term}`))),
      ...(ids.size === 0
        ? []
        : [sql`select id from certificate where id in (${sql.join([...ids])}) and id < ${before}`]),
    ]
    if (some.length === 0) return sql`select id from certificate where 1 = 0`
    if (some.length === 1) return some[0] as RawBuilder<unknown>
    return sql`select id from (${sql.join(some, sql` union `)}) merged order by id desc limit ${limit}`
  }
}

function termIn({ terms, prefix = '' }: Group): RawBuilder<unknown> {
  return terms === undefined
    ? sql`term >= ${prefix} and term < ${`${prefix}${LAST_CHARACTER}`}`
    : sql`term in (${sql.join(terms)})`
}

/** Whether the certificate of an id of `found` is in a group, by the index of terms. */
export function isInGroup({ terms = [], ids }: Group): RawBuilder<unknown> {
  const ways = [
    ...(terms.length === 0
      ? []
      : [
          sql`exists (select 1 from certificate_term x where x.term in (${sql.join(terms)}) and x.certificate_id = found.id)`,
        ]),
    ...(ids.size === 0 ? [] : [sql`found.id in (${sql.join([...ids])})`]),
  ]
  return ways.length === 0 ? sql`1 = 0` : sql`(${sql.join(ways, sql` or `)})`
}
