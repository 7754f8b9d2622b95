import { sql } from 'kysely'
import type { Driver } from '../driver.ts'
import { advance, readPosition } from '../job-position.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import { compilers, slot, statement } from '../statement.ts'
import { type CertificateRow, ROW_COLUMNS_WITH_DER, ROW_SOURCE, toEntry } from './row.ts'
import { type SettledIds, settledIds } from './settled.ts'
import { type DescribeCertificate, termsOf } from './term.ts'

/** Terms of as many certificates are committed at once: a few milliseconds, for devices wait for the same database. */
const CERTIFICATES_OF_COMMIT = 100

/** Name of the job that fills the terms; how far it has come stands under it. */
const JOB = 'indexCertificates'

/** Every certificate up to this id that there is has its terms. */
export function indexedUpTo(driver: Driver): Promise<number> {
  return readPosition(driver, JOB)
}

export interface CertificateIndex {
  /** Whether there are certificates without terms; cheap. */
  isDue(): Promise<boolean>
  /**
   * Writes the terms of the next certificates, and how far that is, in one commit.
   * @returns how many; 0: there are none that it may be done for by now, or the lease is somebody else's
   */
  index(describe: DescribeCertificate, lease?: Lease): Promise<number>
}

export function certificateIndex(driver: Driver): CertificateIndex {
  const settled: SettledIds = settledIds(driver)
  return {
    async isDue() {
      const newest = await driver.first(newestId, {})
      return (newest?.id ?? 0) > (await indexedUpTo(driver))
    },
    async index(describe, lease) {
      const position = await indexedUpTo(driver)
      const last = await settled.upTo(position)
      const rows = await driver.report<CertificateRow>((db) => ({
        compile: () =>
          sql<CertificateRow>`select ${ROW_COLUMNS_WITH_DER} from ${ROW_SOURCE} where c.id > ${position} and c.id <= ${last}
            order by c.id limit ${CERTIFICATES_OF_COMMIT}`.compile(db),
      }))
      const end = rows.at(-1)
      if (end === undefined) return 0
      const terms = rows.map(toEntry).flatMap((entry) => {
        const content = entry.der === undefined ? undefined : describe(entry.der)
        return [...termsOf(entry, content)].map((term) => [term, entry.id])
      })
      const { status } = await driver.commit({
        writes: [
          ...requireLease(lease),
          { statement: insertTerms, values: { terms: JSON.stringify(terms) }, expect: 'any', otherwise: 'state' },
          advance(JOB, position, end.id),
        ],
      })
      return status === 'committed' ? rows.length : 0
    },
  }
}

const newestId = statement((db) => db.selectFrom('certificate').select('id').orderBy('id', 'desc').limit(1))

/** One statement for all: JSON is what both databases take a list of pairs in. */
const insertTerms = statement((db) => {
  const insert =
    db === compilers.postgres
      ? sql`insert into certificate_term (term, certificate_id)
          select pair ->> 0, (pair ->> 1)::bigint from jsonb_array_elements(${slot('terms')}::jsonb) pair where true`
      : sql`insert into certificate_term (term, certificate_id)
          select value ->> 0, value ->> 1 from json_each(${slot('terms')}) where true`
  return { compile: () => insert.compile(db) }
})
