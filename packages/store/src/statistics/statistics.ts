import { sql } from 'kysely'
import { fromDate, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import { slot, statement } from '../statement.ts'
import { addCounts, type HourCount } from './hour-count.ts'
import { countNewCertificates, ENDS } from './population.ts'

export interface CountRange {
  readonly metric: string
  readonly from: Date
  readonly to: Date
  /** Counts of so many seconds are added up. */
  readonly bucketSeconds: number
}

/** Certificates of devices that were taken back and have not ended. */
export interface RevokedCount {
  readonly issuerId: number
  readonly raProfileId: number | null
  readonly held: boolean
  readonly count: number
}

export interface Statistics {
  add(counts: readonly HourCount[]): Promise<void>
  /** The oldest first; `hour` is where the bucket begins. */
  read(range: CountRange): Promise<HourCount[]>
  /**
   * Counts certificates that were not counted yet by the day on which they end (metric `certificate.ends`, labels `issuer`
   * and `raProfile` by number), in small commits.
   * @returns how many
   */
  countCertificates(now: Date, lease: Lease, stopping: AbortSignal): Promise<number>
  revoked(now: Date): Promise<RevokedCount[]>
  /** What is older is removed, but for the days on which certificates end. */
  prune(before: Date, lease: Lease): Promise<void>
}

export function statistics(driver: Driver): Statistics {
  return {
    async add(counts) {
      if (counts.length > 0) await driver.commit({ writes: addCounts(counts) })
    },
    async read({ metric, from, to, bucketSeconds }) {
      const size = bucketSeconds * 1_000_000
      const rows = await driver.report((db) => {
        const bucket = sql<number>`hour - hour % ${sql.lit(size)}`
        return db
          .selectFrom('stat_hour')
          .where('metric', '=', metric)
          .where('hour', '>=', fromDate(from))
          .where('hour', '<', fromDate(to))
          .groupBy([bucket, 'labels'])
          .orderBy(bucket)
          .orderBy('labels')
          .select([bucket.as('bucket'), 'labels', sql<number>`cast(sum(count) as bigint)`.as('count')])
      })
      return rows.map(({ bucket, labels, count }) => ({
        hour: toDate(bucket),
        metric,
        labels: JSON.parse(labels) as HourCount['labels'],
        count: Number(count),
      }))
    },
    countCertificates: (now, lease, stopping) => countNewCertificates(driver, now, lease, stopping),
    async revoked(now) {
      const rows = await driver.report((db) => {
        const held = sql<number>`case when revocation_reason = 6 then 1 else 0 end`
        return db
          .selectFrom('certificate')
          .where('state', '=', 'revoked')
          .where('issuer_id', 'in', (eb) => eb.selectFrom('issuer').select('issuer.id'))
          .where('purpose', '=', 'device')
          .where('not_after', '>', fromDate(now))
          .groupBy(['issuer_id', 'ra_profile_id', held])
          .select(['issuer_id', 'ra_profile_id', held.as('held'), (eb) => eb.fn.countAll<number>().as('count')])
      })
      return rows.map(({ issuer_id: issuerId, ra_profile_id: raProfileId, held, count }) => ({
        issuerId,
        raProfileId,
        held: Number(held) === 1,
        count: Number(count),
      }))
    },
    async prune(before, lease) {
      const values = { before: fromDate(before), metric: ENDS }
      await driver.commit({
        writes: [...requireLease(lease), { statement: removeOld, values, expect: 'any', otherwise: 'state' }],
      })
    },
  }
}

const removeOld = statement((db) =>
  db.deleteFrom('stat_hour').where('hour', '<', slot<number>('before')).where('metric', '!=', slot<string>('metric')),
)
