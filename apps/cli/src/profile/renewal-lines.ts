import type { ScepProfile } from '@chancery/api'

/** The rules about renewal and about who may enrol, as rows of a table; what is as usual in few words. */
export function renewalRows(profile: ScepProfile): (readonly [string, string])[] {
  const { renewal, firstEnrolments, secondCertificate } = profile
  return [
    [
      'renewal',
      renewal.enabled ? window(profile) : 'off: RenewalReq is refused, a certificate of ours needs a challenge',
    ],
    ...(renewal.enabled ? [['renewal wants', wants(profile)] as const] : []),
    ['old certificate', predecessor(renewal.revokePredecessorAfterDays)],
    ['new devices', firstEnrolments ? 'yes' : 'no: renewals only'],
    ['same subject again', secondCertificate === 'issue' ? 'gets a certificate' : 'refused while one is valid'],
  ]
}

function window({ renewThreshold, renewal }: ScepProfile): string {
  const from = renewThreshold === null ? 'in the second half of the validity' : `in the last ${renewThreshold} days`
  return renewal.graceDays === 0 ? from : `${from}, and until ${renewal.graceDays} days after the end`
}

const CHALLENGE = {
  ignored: 'no challenge',
  checked: 'no challenge, or a good one',
  required: 'a challenge',
} as const

function wants({ renewal: { key, names, challenge } }: ScepProfile): string {
  return [
    key === 'new' ? 'a new key' : 'any key',
    names === 'same' ? 'all of the names' : 'all or some of the names',
    CHALLENGE[challenge],
  ].join(', ')
}

function predecessor(days: number | null): string {
  return days === null ? 'stays good after its renewal' : `revoked ${days} days after its renewal`
}
