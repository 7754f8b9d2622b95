import {
  RENEWAL_CHALLENGES,
  RENEWAL_KEYS,
  RENEWAL_NAMES,
  type RenewalUpdate,
  type ScepProfileUpdate,
  SECOND_CERTIFICATES,
} from '@chancery/api'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'

type OnOff = 'on' | 'off'

export interface RenewalOptions {
  readonly renewal?: OnOff
  readonly renewalGrace?: string
  readonly renewalKey?: NonNullable<RenewalUpdate['key']>
  readonly renewalNames?: NonNullable<RenewalUpdate['names']>
  readonly renewalChallenge?: NonNullable<RenewalUpdate['challenge']>
  readonly revokePredecessorAfter?: string
  readonly firstEnrolments?: OnOff
  readonly secondCertificate?: NonNullable<ScepProfileUpdate['secondCertificate']>
}

export const RENEWAL_OPTIONS: readonly Option[] = [
  new Option('--renewal <on|off>', 'whether a certificate gets its successor without a challenge').choices([
    'on',
    'off',
  ]),
  new Option('--renewal-grace <days>', 'renewal until so long after the end, such as 3d; 0d: not after it'),
  new Option('--renewal-key <kind>', 'whether the key may stay the same').choices(RENEWAL_KEYS),
  new Option('--renewal-names <kind>', 'whether names may be dropped').choices(RENEWAL_NAMES),
  new Option('--renewal-challenge <kind>', 'whether a challenge is looked at, or wanted').choices(RENEWAL_CHALLENGES),
  new Option('--revoke-predecessor-after <days|never>', 'revoke the old certificate so long after its renewal: 7d'),
  new Option('--first-enrolments <on|off>', 'off: no new devices, renewals only').choices(['on', 'off']),
  new Option('--second-certificate <what>', 'for a subject that has a valid certificate').choices(SECOND_CERTIFICATES),
]

/** What these options change; nothing for those that are not there. */
export function renewalUpdate(options: RenewalOptions): ScepProfileUpdate {
  const { renewal, renewalGrace, renewalKey, renewalNames, renewalChallenge, revokePredecessorAfter } = options
  const { firstEnrolments, secondCertificate } = options
  const rule: RenewalUpdate = {
    ...(renewal !== undefined && { enabled: renewal === 'on' }),
    ...(renewalGrace !== undefined && { graceDays: wholeDays('--renewal-grace', renewalGrace) }),
    ...(renewalKey !== undefined && { key: renewalKey }),
    ...(renewalNames !== undefined && { names: renewalNames }),
    ...(renewalChallenge !== undefined && { challenge: renewalChallenge }),
    ...(revokePredecessorAfter !== undefined && {
      revokePredecessorAfterDays:
        revokePredecessorAfter === 'never' ? null : wholeDays('--revoke-predecessor-after', revokePredecessorAfter),
    }),
  }
  return {
    ...(Object.keys(rule).length > 0 && { renewal: rule }),
    ...(firstEnrolments !== undefined && { firstEnrolments: firstEnrolments === 'on' }),
    ...(secondCertificate !== undefined && { secondCertificate }),
  }
}

function wholeDays(option: string, text: string): number {
  const [, days] = /^([0-9]{1,4})d$/.exec(text) ?? []
  if (days !== undefined) return Number(days)
  throw new CliFailure('failed', `${option} wants whole days, not "${text}".`, { nextStep: 'Write them as 7d.' })
}
