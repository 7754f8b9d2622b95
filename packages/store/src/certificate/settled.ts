import { sql } from 'kysely'
import type { Driver } from '../driver.ts'
import { compilers } from '../statement.ts'

export interface SettledIds {
  /** Up to here no certificate can appear any more that is not there yet. */
  upTo(position: number): Promise<number>
}

interface Sight {
  readonly newest: number | null
  /** Every transaction below has ended. */
  readonly ended: number
  /** No transaction from here on had begun. */
  readonly begun: number
}

/**
 * On PostgreSQL a certificate gets its id before its transaction commits, so a lower one may appear after a higher one.
 * What was the highest at an earlier look is settled once every transaction that ran at that time has ended: neither
 * clocks nor a guess how long one may take come into it. On SQLite one writes at a time.
 */
export function settledIds(driver: Driver): SettledIds {
  let earlier: Sight | undefined
  return {
    async upTo(position) {
      const [sight] = await driver.report<Sight>((db) => ({
        compile: () =>
          db === compilers.postgres
            ? sql<Sight>`select (select max(id) from certificate) as newest,
                pg_snapshot_xmin(pg_current_snapshot())::text::bigint as ended,
                pg_snapshot_xmax(pg_current_snapshot())::text::bigint as begun`.compile(db)
            : sql<Sight>`select max(id) as newest, 1 as ended, 0 as begun from certificate`.compile(db),
      }))
      if (sight === undefined) return 0
      if (sight.begun < sight.ended) return sight.newest ?? 0
      const settled = earlier !== undefined && sight.ended >= earlier.begun ? (earlier.newest ?? 0) : 0
      // Kept until all below it is done, so that a busy time does not put it off for ever.
      if (earlier === undefined || settled <= position) earlier = sight
      return settled
    },
  }
}
