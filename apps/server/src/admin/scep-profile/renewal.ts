import type { ScepProfileUpdate } from '@chancery/api'
import type { ChallengeKind, ScepProfile, ScepProfileChange } from '@chancery/ra'

/**
 * The two rules after an update; a field that is left out keeps its value.
 * @param kind of the challenge after the update
 */
export function renewalChange(profile: ScepProfile, update: ScepProfileUpdate, kind: ChallengeKind): ScepProfileChange {
  const { firstEnrolments, secondCertificate } = update
  const renewal = renewalWish(profile, update, kind)
  const enrolment = {
    ...(firstEnrolments !== undefined && { first: firstEnrolments }),
    ...(secondCertificate !== undefined && { secondCertificate }),
  }
  return {
    ...(renewal !== undefined && { renewal: { ...profile.renewal, ...renewal } }),
    ...(Object.keys(enrolment).length > 0 && { enrolment: { ...profile.enrolment, ...enrolment } }),
  }
}

/** Intune vouches for each request and knows no renewals: they are off as long as it is on, and on again after that. */
function renewalWish({ challengeKind: before }: ScepProfile, { renewal }: ScepProfileUpdate, kind: ChallengeKind) {
  if ((before === 'intune') === (kind === 'intune')) return renewal
  return { enabled: kind !== 'intune', ...renewal }
}

/** @param kind of the challenge after the update */
export function renewalFaults(profile: ScepProfile, update: ScepProfileUpdate, kind: ChallengeKind): string[] {
  if (kind === 'intune' && update.renewal?.enabled === true) {
    return [
      'renewal.enabled true and Intune exclude each other, as a renewal would pass Intune by: its devices enrol anew instead. Leave it out, or send false.',
    ]
  }
  const wanted = update.renewal?.challenge ?? profile.renewal.challenge
  if (kind !== 'none' || wanted === 'ignored') return []
  return [`renewal.challenge ${wanted} needs a challengeKind other than none.`]
}

/** What works and keeps devices out that an administrator may have forgotten. */
export function renewalWarnings({ renewal, enrolment }: ScepProfile): string[] {
  if (renewal.enabled || enrolment.first) return []
  return ['Neither first enrolments nor renewals are served: no device gets a certificate.']
}
