import type { Protocol } from './row.ts'

/** `valid`: issued, and its time is not over; `expired`: its time is over, revoked or not. */
export type StateFilter = 'issued' | 'held' | 'revoked' | 'expired' | 'valid'

/** What certificates are asked for; all that is given must hold. */
export interface CertificateCriteria {
  /** Words that stand in names, transactionID, serial number or fingerprint, or that these begin with. */
  readonly search?: string | undefined
  /** Words of the subject alone. */
  readonly subject?: string | undefined
  /** Names. */
  readonly raProfile?: string | undefined
  readonly scepProfile?: string | undefined
  readonly authority?: string | undefined
  readonly state?: StateFilter | undefined
  readonly expiresBefore?: Date | undefined
  readonly expiresAfter?: Date | undefined
  /** Such as `rsa-2048`, or `rsa`, `ec`: of any size. */
  readonly key?: string | undefined
  readonly protocol?: Protocol | undefined
  readonly purpose?: 'device' | 'ra' | 'ocsp' | undefined
  /** Hexadecimal; eight digits and more may be the beginning. */
  readonly serial?: string | undefined
  readonly fingerprint?: string | undefined
  /** Only what was issued through one of these profiles. */
  readonly scope?: { readonly raProfiles: readonly string[]; readonly scepProfiles: readonly string[] } | undefined
}
