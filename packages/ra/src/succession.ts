import type { NewCertificate } from './ports.ts'
import type { ScepProfile } from './profile.ts'

const DAY = 86_400_000

/** What a successor records about the certificate that it renews. */
export function succession(
  predecessor: string,
  { id, renewal }: ScepProfile,
  now: Date,
): Pick<NewCertificate, 'predecessor' | 'retires'> {
  const days = renewal.revokePredecessorAfterDays
  if (days === null) return { predecessor }
  return { predecessor, retires: { scepProfileId: id, at: new Date(now.getTime() + days * DAY) } }
}
