/** How a certificate of ours gets its successor: settings of a SCEP profile. What a profile does not name is as in the default. */
export interface RenewalRule {
  /** Off: RenewalReq is refused, and a certificate of ours counts for no more than a self-signed one (S-2.5-06). */
  readonly enabled: boolean
  /** Days after its end in which a certificate still gets a successor. */
  readonly graceDays: number
  /** Whether the successor may be for the same key. */
  readonly key: 'any' | 'new'
  /** Whether subject alternative names may be dropped. Added ones never pass. */
  readonly names: 'subset' | 'same'
  /** `checked`: a challenge that comes along must be good; `required`: one must come along. */
  readonly challenge: 'ignored' | 'checked' | 'required'
  /** Days after the successor was issued; null: the predecessor stays good to its end. */
  readonly revokePredecessorAfterDays: number | null
}

export const DEFAULT_RENEWAL_RULE: RenewalRule = {
  enabled: true,
  graceDays: 0,
  key: 'any',
  names: 'subset',
  challenge: 'ignored',
  revokePredecessorAfterDays: null,
}

/** Who may enrol beside those that renew: settings of a SCEP profile. */
export interface EnrolmentRule {
  /** Off: no new devices, renewals only. */
  readonly first: boolean
  /** Whether a subject that has a valid certificate may enrol for another one (RFC 8894 §5.2, case 3). */
  readonly secondCertificate: 'issue' | 'refuse'
}

export const DEFAULT_ENROLMENT_RULE: EnrolmentRule = { first: true, secondCertificate: 'issue' }
