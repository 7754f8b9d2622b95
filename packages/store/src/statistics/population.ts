import { fromDate, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { advance, readPosition } from '../job-position.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import { addCounts } from './hour-count.ts'

/** Counted by the day on which they end. */
export const ENDS = 'certificate.ends'

const POSITION = 'countCertificates'
const PAGE = 2000
/**
 * Rows that are younger are left for the next time: on PostgreSQL one with a lower number may be committed after one with a
 * higher, and no statement of ours takes as long.
 */
const SETTLED_MILLISECONDS = 60_000
const DAY = 86_400_000

/** Each certificate once, in the order of their numbers. */
export async function countNewCertificates(
  driver: Driver,
  now: Date,
  lease: Lease,
  stopping: AbortSignal,
): Promise<number> {
  const settled = fromDate(new Date(now.getTime() - SETTLED_MILLISECONDS))
  let counted = 0
  for (;;) {
    const from = await readPosition(driver, POSITION)
    const rows = await driver.report((db) =>
      db
        .selectFrom('certificate')
        .where('id', '>', from)
        .orderBy('id')
        .limit(PAGE)
        .select(['id', 'purpose', 'issuer_id', 'ra_profile_id', 'not_after', 'created_at']),
    )
    const young = rows.findIndex(({ created_at }) => created_at > settled)
    const ripe = young < 0 ? rows : rows.slice(0, young)
    const last = ripe.at(-1)
    if (last === undefined) return counted
    const devices = ripe.filter(({ purpose }) => purpose === 'device')
    const counts = devices.map(({ not_after, issuer_id, ra_profile_id }) => ({
      hour: startOfDay(toDate(not_after)),
      metric: ENDS,
      labels: { issuer: String(issuer_id), raProfile: String(ra_profile_id ?? '') },
      count: 1,
    }))
    const { status } = await driver.commit({
      writes: [...requireLease(lease), advance(POSITION, from, last.id), ...addCounts(counts)],
    })
    if (status === 'conflict') return counted
    counted += devices.length
    if (ripe.length < PAGE || stopping.aborted) return counted
  }
}

function startOfDay(time: Date): Date {
  return new Date(Math.floor(time.getTime() / DAY) * DAY)
}
