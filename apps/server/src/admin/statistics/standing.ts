import type { Statistics } from '@chancery/api'
import type { HourCount, RevokedCount } from '@chancery/store'

type Standing = Statistics['certificates']['all']

const DAY = 86_400_000

/** Certificates by the day on which they end, and those that were taken back. */
export interface Population {
  readonly ends: readonly HourCount[]
  readonly revoked: readonly RevokedCount[]
}

/**
 * How certificates stand. Days are whole ones (UTC): what ends today counts as not ended.
 * @param isMeant which RA profiles, by number; null: of none that there is
 */
export function standingOf(
  { ends, revoked }: Population,
  now: Date,
  isMeant: (raProfileId: number | null) => boolean = () => true,
): Standing {
  const today = Math.floor(now.getTime() / DAY) * DAY
  const meant = ends.filter(({ labels }) => isMeant(labels.raProfile ? Number(labels.raProfile) : null))
  const between = (from: number, to: number) =>
    sum(meant.filter(({ hour }) => hour.getTime() >= from && hour.getTime() < to))
  const until = (days: number) => between(today, today + days * DAY)
  const back = revoked.filter(({ raProfileId }) => isMeant(raProfileId))
  const held = sum(back.filter((one) => one.held))
  const gone = sum(back.filter((one) => !one.held))
  return {
    // A revocation is known at once, the count of the certificate a minute later.
    valid: Math.max(0, between(today, Number.POSITIVE_INFINITY) - held - gone),
    held,
    revoked: gone,
    expired: between(Number.NEGATIVE_INFINITY, today),
    expiringIn7Days: until(7),
    expiringIn30Days: until(30),
    expiringIn90Days: until(90),
  }
}

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0)
}
