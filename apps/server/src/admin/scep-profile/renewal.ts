import type { ScepProfileUpdate } from '@chancery/api'
import type { ChallengeKind, ScepProfile, ScepProfileChange } from '@chancery/ra'

/** The two rules after an update; a field that is left out keeps its value. */
export function renewalChange(profile: ScepProfile, update: ScepProfileUpdate): ScepProfileChange {
  const { renewal, firstEnrolments, secondCertificate } = update
  const enrolment = {
    ...(firstEnrolments !== undefined && { first: firstEnrolments }),
    ...(secondCertificate !== undefined && { secondCertificate }),
  }
  return {
    ...(renewal !== undefined && { renewal: { ...profile.renewal, ...renewal } }),
    ...(Object.keys(enrolment).length > 0 && { enrolment: { ...profile.enrolment, ...enrolment } }),
  }
}

/** @param kind of the challenge after the update */
export function renewalFaults(profile: ScepProfile, update: ScepProfileUpdate, kind: ChallengeKind): string[] {
  const wanted = update.renewal?.challenge ?? profile.renewal.challenge
  if (kind !== 'none' || wanted === 'ignored') return []
  return [`renewal.challenge ${wanted} needs a challengeKind other than none.`]
}

/** What works and keeps devices out that an administrator may have forgotten. */
export function renewalWarnings({ renewal, enrolment }: ScepProfile): string[] {
  if (renewal.enabled || enrolment.first) return []
  return ['Neither first enrolments nor renewals are served: no device gets a certificate.']
}
