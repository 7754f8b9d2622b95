import { type Compilable, type Kysely, sql } from 'kysely'
import { expect, test } from 'vitest'
import { onBothDatabases, type TestDatabase } from '../../../../tests/store.ts'
import type { Driver } from '../driver.ts'
import type { StoreOptions } from '../index.ts'
import type { Database } from '../schema/tables.ts'
import { compilers } from '../statement.ts'
import { describeSample, indexAll } from '../testing/certificates.ts'
import { manyCertificates } from '../testing/many-certificates.ts'
import { NOW } from '../testing/sample.ts'
import { certificatesOf } from './certificates.ts'
import type { CertificateCriteria } from './criteria.ts'

const COUNT = 5000
const MONTH = 30 * 86_400_000

/** How many there are of each. */
const QUESTIONS: readonly (readonly [string, CertificateCriteria, number])[] = [
  ['all', {}, COUNT],
  ['a common word', { search: 'example' }, COUNT],
  ['common words', { search: 'example local device' }, COUNT],
  ['a rare word', { search: 'device0000007' }, 1],
  ['a common word and a rare one', { search: 'local device0000007.floor7' }, 1],
  ['words of a third and a tenth', { search: 'north floor7' }, 166],
  ['what no certificate has both of', { search: 'north south' }, 0],
  ['a common profile', { scepProfile: 'default' }, COUNT - 10],
  ['a rare profile', { scepProfile: 'rare' }, 10],
  ['a rare profile and a common word', { scepProfile: 'rare', search: 'example' }, 10],
  ['a scope', { scope: { raProfiles: ['none'], scepProfiles: ['rare'] } }, 10],
  ['what is on hold', { state: 'held' }, 25],
  ['what is revoked', { state: 'revoked', search: 'local' }, 25],
  ['what is over', { state: 'expired' }, 272],
  ['what ends this month', { expiresAfter: NOW, expiresBefore: new Date(NOW.getTime() + MONTH) }, 377],
  ['words of the subject', { subject: 'north floor3' }, 167],
  ['a serial number', { serial: 'aa0000123' }, 1],
  ['the beginning of one', { search: 'aa000012' }, 10],
]

onBothDatabases((database, dialect) => {
  const filled = once(async () => {
    const { store, options } = await database.fresh()
    await manyCertificates(await database.driver(options), COUNT)
    await indexAll(store)
    return dialect === 'postgres' ? withoutSequentialScans(database, options) : database.driver(options)
  })

  test.each(QUESTIONS)('%s is found whole, by an index and without sorting much', async (_, criteria, count) => {
    const driver = await filled()
    const plans: string[] = []
    const certificates = certificatesOf(explaining(driver, plans))
    const found = new Set<string>()
    let before: number | undefined
    do {
      const page = await certificates.page(criteria, { before, limit: 1000 }, describeSample, NOW)
      for (const { uuid, purpose } of page.certificates) if (purpose === 'device') found.add(uuid)
      before = page.next
    } while (before !== undefined)
    expect(found.size).toBe(count)
    expect(plans.length).toBeGreaterThan(1)
    for (const plan of plans) expect(plan).not.toMatch(dialect === 'sqlite' ? SCAN : SEQUENTIAL)
    const sorted = plans.flatMap((plan) => [...plan.matchAll(/Sort .*?rows=(\d+)/g)].map(([, rows]) => Number(rows)))
    for (const rows of sorted) expect(rows).toBeLessThanOrEqual(4000)
  })

  test.each(['all', 'a common word', 'a common profile'])('%s: nothing is sorted at all', async (name) => {
    const plans: string[] = []
    const [, criteria = {}] = QUESTIONS.find(([question]) => question === name) ?? []
    const certificates = certificatesOf(explaining(await filled(), plans))
    await certificates.page(criteria, { before: COUNT / 2, limit: 50 }, describeSample, NOW)
    const ordered = plans.filter((plan) => !plan.includes(' in '))
    expect(ordered.length).toBeGreaterThan(0)
    for (const plan of ordered) expect(plan.split('\n').slice(1).join('\n')).not.toMatch(/TEMP B-TREE|Sort {2}\(/)
  })
})

const SCAN = /SCAN (certificate|certificate_term|c|x|t)\b/
const SEQUENTIAL = /Seq Scan on (certificate|certificate_term|scep_transaction)\b/

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** Five thousand rows are few to PostgreSQL: it would not take an index that it takes of a million. */
async function withoutSequentialScans(database: TestDatabase, options: StoreOptions): Promise<Driver> {
  const before = await database.driver(options)
  const run = (text: string) => before.report((db) => ({ compile: () => sql.raw(text).compile(db) }))
  await run('analyze')
  await run(`alter database ${new URL(options.url).pathname.slice(1)} set enable_seqscan = off`)
  return database.driver(options)
}

/** Notes how each report would be answered: the question, and the steps below it. */
function explaining(driver: Driver, plans: string[]): Driver {
  return {
    where: driver.where,
    all: (one, values) => driver.all(one, values),
    first: (one, values) => driver.first(one, values),
    snapshot: (statements) => driver.snapshot(statements),
    async report(build) {
      plans.push(await planOf(driver, build))
      return driver.report(build)
    },
    commit: (unit) => driver.commit(unit),
    configurationVersion: () => driver.configurationVersion(),
    onConfigurationChange: (listener) => driver.onConfigurationChange(listener),
    close: () => driver.close(),
  }
}

async function planOf(driver: Driver, build: (db: Kysely<Database>) => Compilable<unknown>): Promise<string> {
  let question = ''
  const steps = await driver.report<Record<string, unknown>>((db) => ({
    compile: () => {
      const compiled = build(db).compile()
      const explain = db === compilers.sqlite ? 'explain query plan ' : 'explain '
      question = compiled.sql.replace(/\s+/g, ' ')
      return { ...compiled, sql: `${explain}${compiled.sql}` } as ReturnType<
        Compilable<Record<string, unknown>>['compile']
      >
    },
  }))
  return [question, ...steps.map((step) => step.detail ?? step['QUERY PLAN'])].join('\n')
}
