import { parseCertificate } from '@chancery/pki'
import type { IssuerRecord } from '@chancery/ra'

/** Why a next CA cannot take over on a day; null is by command. */
export function dateFault(
  currentFrom: Date | null,
  current: IssuerRecord,
  nextEnds: Date,
  now: Date,
): string | undefined {
  if (currentFrom === null) return undefined
  if (currentFrom <= now)
    return 'currentFrom must lie in the future. To switch over at once, prepare without it and activate.'
  const ends = parseCertificate(current.certificate).notAfter
  if (currentFrom > ends) return `currentFrom must not be after the end of the current CA, ${ends.toISOString()}.`
  return currentFrom < nextEnds ? undefined : 'currentFrom must be before the end of the next CA.'
}
