import { type RawBuilder, sql } from 'kysely'
import type { Driver } from '../driver.ts'
import {
  conditionSql,
  isInGroups,
  meetsCondition,
  meetsSubject,
  type RowCondition,
  rowConditionOf,
} from './condition.ts'
import type { CertificateCriteria } from './criteria.ts'
import { chooseWay, isInGroup, type Way } from './driving.ts'
import { type Group, groupsOf, spanGroup } from './group.ts'
import { indexedUpTo } from './indexing.ts'
import { revokedWay } from './revoked.ts'
import {
  type CertificateEntry,
  type CertificateRow,
  ROW_COLUMNS,
  ROW_COLUMNS_WITH_DER,
  ROW_SOURCE,
  toEntry,
} from './row.ts'
import type { DescribeCertificate } from './term.ts'

export interface CertificatePage {
  readonly certificates: readonly CertificateEntry[]
  /** Where the next page begins; undefined: there is none. A page may be shorter than asked for and still have a next one. */
  readonly next: number | undefined
}

export interface PageOptions {
  /** Where the page before ended. */
  readonly before?: number | undefined
  readonly limit: number
  /** With the octets of each certificate. */
  readonly withDer?: boolean
}

/** What a page is made of: everything that is asked, and how far it may be looked. */
interface Question {
  readonly driver: Driver
  readonly criteria: CertificateCriteria
  readonly groups: readonly Group[]
  readonly condition: RowCondition
  readonly describe: DescribeCertificate
  readonly columns: RawBuilder<unknown>
  /** One more than the page takes, which tells whether there is another page. */
  readonly wanted: number
}

/** Certificates were looked at from somewhere down; undefined: to the oldest. */
interface Look {
  readonly found: readonly CertificateEntry[]
  readonly end: number | undefined
}

/** So many are looked at for a page, however few of them are meant. */
const MOST_LOOKED_AT = 10_000
/** Of those, so many are read. */
const MOST_READ = 4000
/** Looked at beyond what is wanted, where not all may be meant. */
const SPARE = 50
const NONE_BEFORE = Number.MAX_SAFE_INTEGER

/** The newest first. */
export async function certificatePage(
  driver: Driver,
  criteria: CertificateCriteria,
  { before = NONE_BEFORE, limit, withDer = false }: PageOptions,
  describe: DescribeCertificate,
  now: Date,
): Promise<CertificatePage> {
  // First: what comes into the index after this is still looked at itself.
  const position = await indexedUpTo(driver)
  const question: Question = {
    driver,
    criteria,
    groups: await groupsOf(driver, criteria),
    condition: rowConditionOf(criteria, now),
    describe,
    columns: withDer || criteria.key !== undefined ? ROW_COLUMNS_WITH_DER : ROW_COLUMNS,
    wanted: limit + 1,
  }
  const named = question.groups.find(({ terms, prefix }) => terms?.length === 0 && prefix === undefined)
  if (named !== undefined) return pageOf(await lookAtNamed(question, named, before), limit)
  const recent = before > position ? await lookAtRecent(question, position, before) : { found: [], end: undefined }
  if (recent.found.length > limit || recent.end !== undefined) return pageOf(recent, limit)
  const older = await lookIntoIndex(question, Math.min(before, position + 1), recent.found.length)
  return pageOf({ found: [...recent.found, ...older.found], end: older.end }, limit)
}

function pageOf({ found, end }: Look, limit: number): CertificatePage {
  const certificates = found.slice(0, limit)
  return { certificates, next: found.length > limit ? certificates.at(-1)?.id : end }
}

/** Serial numbers and fingerprints name certificates, indexed or not. */
async function lookAtNamed(question: Question, { ids }: Group, before: number): Promise<Look> {
  const rows = await read(
    { ...question, columns: ROW_COLUMNS_WITH_DER },
    [...ids].filter((id) => id < before),
  )
  return { found: rows.filter((entry) => isMeant(question, entry)).slice(0, question.wanted), end: undefined }
}

/** What no job has put into the index yet: they are few, and each is looked at. */
async function lookAtRecent(question: Question, position: number, before: number): Promise<Look> {
  const { columns, wanted } = question
  const rows = await question.driver.report<CertificateRow>((db) => ({
    compile: () =>
      sql<CertificateRow>`select ${columns} from ${ROW_SOURCE} where c.id > ${position} and c.id < ${before}
        order by c.id desc limit ${MOST_READ}`.compile(db),
  }))
  const found = rows.map(toEntry).filter((entry) => isMeant(question, entry))
  const end = rows.length < MOST_READ ? undefined : rows.at(-1)?.id
  return { found: found.slice(0, wanted), end }
}

function isMeant({ groups, condition, criteria, describe }: Question, entry: CertificateEntry): boolean {
  if (!meetsCondition(condition, entry)) return false
  const content = entry.der === undefined ? undefined : describe(entry.der)
  return isInGroups(groups, entry, content) && meetsSubject(criteria, entry, content)
}

async function lookIntoIndex(question: Question, start: number, alreadyFound: number): Promise<Look> {
  const { driver, groups, condition, criteria, wanted } = question
  const way = await wayOf(question, start - 1)
  const others = groups.filter((group) => group !== way.by)
  const listed = others.filter(({ terms }) => terms !== undefined)
  // Where a word is the beginning of too many, and for what stands in the subject, the certificate itself is looked at.
  const unlisted = others.filter(({ terms }) => terms === undefined)
  const isReadToJudge = unlisted.length > 0 || criteria.subject !== undefined
  const conditions = { groups: listed.map(isInGroup), row: conditionSql(condition) }
  const found: CertificateEntry[] = []
  const enough = wanted - alreadyFound
  let at = start
  let lookedAt = 0
  let wasRead = 0
  const isAll = listed.length === 0 && conditions.row.length === 0 && !isReadToJudge
  let size = isAll ? enough : enough + SPARE
  while (lookedAt < MOST_LOOKED_AT && wasRead < MOST_READ) {
    const looked = await look(driver, way, conditions, at, size)
    const fitting = looked.filter(({ fits }) => Number(fits) === 1).map(({ id }) => id)
    const needed = isReadToJudge ? fitting : fitting.slice(0, enough - found.length)
    const entries = await read(question, needed)
    wasRead += needed.length
    for (const entry of entries) {
      const content = isReadToJudge && entry.der !== undefined ? question.describe(entry.der) : undefined
      if (isInGroups(unlisted, entry, content) && meetsSubject(criteria, entry, content)) found.push(entry)
    }
    if (found.length >= enough) return { found: found.slice(0, enough), end: undefined }
    if (looked.length < size) return { found, end: undefined }
    at = looked.at(-1)?.id ?? at
    lookedAt += looked.length
    size = Math.min(size * 4, isReadToJudge ? MOST_READ - wasRead : MOST_LOOKED_AT - lookedAt)
  }
  return { found, end: at }
}

async function wayOf({ driver, groups, condition }: Question, newest: number): Promise<Way> {
  const { state, from, to } = condition
  const span = await spanGroup(driver, from, to)
  const byTerms = await chooseWay(driver, span === undefined ? groups : [...groups, span], newest)
  return state === 'held' || state === 'revoked' ? revokedWay(driver, state, byTerms) : byTerms
}

interface LookRow {
  readonly id: number
  readonly fits: number
}

/** What the database can tell of an id: by the index of terms, and by the row of the certificate. */
interface Conditions {
  readonly groups: readonly RawBuilder<unknown>[]
  readonly row: readonly RawBuilder<unknown>[]
}

/** The next ids of a way, and which of them meet the other conditions. */
function look(driver: Driver, way: Way, { groups, row }: Conditions, before: number, size: number): Promise<LookRow[]> {
  const all = [...groups, ...row]
  const fits = all.length === 0 ? sql`1` : sql`case when ${sql.join(all, sql` and `)} then 1 else 0 end`
  const rows = row.length === 0 ? sql`` : sql`join certificate c on c.id = found.id`
  return driver.report<LookRow>((db) => ({
    compile: () =>
      sql<LookRow>`select found.id, ${fits} as fits from (${way.ids(before, size)}) found ${rows}
        order by found.id desc`.compile(db),
  }))
}

async function read({ driver, columns }: Question, ids: readonly number[]): Promise<CertificateEntry[]> {
  if (ids.length === 0) return []
  const rows = await driver.report<CertificateRow>((db) => ({
    compile: () =>
      sql<CertificateRow>`select ${columns} from ${ROW_SOURCE} where c.id in (${sql.join([...ids])})
        order by c.id desc`.compile(db),
  }))
  return rows.map(toEntry)
}
