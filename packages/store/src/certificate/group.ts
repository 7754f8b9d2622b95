import { sql } from 'kysely'
import type { Driver } from '../driver.ts'
import type { CertificateCriteria } from './criteria.ts'
import { idsOfFingerprint, idsOfSerial, idsOfWord } from './lookup.ts'
import { spanTerms } from './span.ts'
import { FACET } from './term.ts'
import { searchedWords } from './words.ts'

/** One condition: a certificate has one of these terms, or one that begins so, or is one of these. */
export interface Group {
  /** Undefined: too many begin with the prefix. */
  readonly terms: readonly string[] | undefined
  readonly prefix?: string
  readonly ids: ReadonlySet<number>
}

/** More different terms that begin alike are not listed one by one. */
const MOST_TERMS = 64
const NO_IDS: ReadonlySet<number> = new Set()
/** Above every character of a term. */
export const LAST_CHARACTER = '\u{10ffff}'

/** What the terms of certificates can answer of a question. */
export async function groupsOf(driver: Driver, criteria: CertificateCriteria): Promise<Group[]> {
  const { raProfile, scepProfile, authority, protocol, purpose, key, serial, fingerprint, scope } = criteria
  const has = (...terms: readonly string[]): Group => ({ terms, ids: NO_IDS })
  const isOne = (ids: readonly number[]): Group => ({ terms: [], ids: new Set(ids) })
  const asked: (Group | Promise<Group>)[] = [
    ...(raProfile === undefined ? [] : [has(FACET.raProfile(raProfile))]),
    ...(scepProfile === undefined ? [] : [has(FACET.scepProfile(scepProfile))]),
    ...(authority === undefined ? [] : [has(FACET.authority(authority))]),
    ...(protocol === undefined ? [] : [has(FACET.protocol(protocol))]),
    ...(purpose === undefined || purpose === 'device' ? [] : [has(FACET.purpose(purpose))]),
    ...(key === undefined ? [] : [keyGroup(driver, key)]),
    ...(serial === undefined ? [] : [idsOfSerial(driver, serial).then(isOne)]),
    ...(fingerprint === undefined ? [] : [idsOfFingerprint(driver, fingerprint).then(isOne)]),
    ...(scope === undefined
      ? []
      : [has(...scope.raProfiles.map(FACET.raProfile), ...scope.scepProfiles.map(FACET.scepProfile))]),
    // What consists of punctuation alone stands in nothing.
    ...(isWordless(criteria.search) || isWordless(criteria.subject) ? [isOne([])] : []),
    ...searchedWords(criteria.search ?? '').map((word) => searchGroup(driver, word.prefix, word.token)),
    ...searchedWords(criteria.subject ?? '').map(({ prefix }) => prefixGroup(driver, prefix)),
  ]
  return Promise.all(asked)
}

function isWordless(text = ''): boolean {
  return text.trim() !== '' && searchedWords(text).length === 0
}

/** What ends between two days, both included; undefined: nothing is asked about the end. */
export async function spanGroup(
  driver: Driver,
  from: Date | undefined,
  to: Date | undefined,
): Promise<Group | undefined> {
  if (from === undefined && to === undefined) return undefined
  const years = await termsThatBegin(driver, FACET.year(''))
  if (years === undefined) return undefined
  const among = years.map((term) => term.slice(FACET.year('').length))
  return { terms: spanTerms(from, to, among), ids: NO_IDS }
}

async function keyGroup(driver: Driver, key: string): Promise<Group> {
  const prefix = { rsa: 'rsa-', ec: 'p-' }[key]
  return prefix === undefined ? { terms: [FACET.key(key)], ids: NO_IDS } : prefixGroup(driver, FACET.key(prefix))
}

async function searchGroup(driver: Driver, prefix: string, token: string): Promise<Group> {
  const [group, ids] = await Promise.all([prefixGroup(driver, prefix), idsOfWord(driver, token)])
  return ids.length === 0 ? group : { ...group, ids: new Set(ids) }
}

async function prefixGroup(driver: Driver, prefix: string): Promise<Group> {
  return { terms: await termsThatBegin(driver, prefix), prefix, ids: NO_IDS }
}

/** From one to the next by the index, past all certificates that have the same; undefined: there are more than `MOST_TERMS`. */
async function termsThatBegin(driver: Driver, prefix: string): Promise<string[] | undefined> {
  interface TermRow {
    readonly term: string
  }
  const end = `${prefix}${LAST_CHARACTER}`
  const rows = await driver.report<TermRow>((db) => ({
    compile: () =>
      sql<TermRow>`with recursive found(term, number) as (
        select (select min(term) from certificate_term where term >= ${prefix} and term < ${end}), 1
        union all
        select (select min(c.term) from certificate_term c where c.term > found.term and c.term < ${end}), number + 1
        from found where found.term is not null and number <= ${MOST_TERMS}
      ) select term from found where term is not null`.compile(db),
  }))
  return rows.length > MOST_TERMS ? undefined : rows.map(({ term }) => term)
}
