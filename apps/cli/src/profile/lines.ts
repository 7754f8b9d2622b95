import type { Compatibility, ScepProfile } from '@chancery/api'
import { switchValueText } from '@chancery/scep'
import { printable } from '../terminal/printable.ts'
import { accessRows } from './access-lines.ts'
import { intuneRows } from './intune-lines.ts'
import { renewalRows } from './renewal-lines.ts'

/** A profile as a person reads it. */
export function profileLines(profile: ScepProfile, compatibility: Compatibility): string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['name', `${profile.name}${profile.isDefault ? ' (answers /scep and the other usual addresses)' : ''}`],
    ['description', profile.description ?? ''],
    ['enabled', yesNo(profile.enabled)],
    ...profile.problems.map((problem) => ['not served', problem] as const),
    ['url', profile.scepUrl ?? 'none: the profile has no default RA profile'],
    ['RA profile', profile.raProfile?.name ?? 'none'],
    ['RA certificate', profile.caCertificate === null ? 'none' : caCertificate(profile.caCertificate)],
    ['challenge', challenge(profile)],
    ...intuneRows(profile),
    ...accessRows(profile),
    ...renewalRows(profile),
    ['answers carry', contents(profile, compatibility)],
    ['polling', yesNo(profile.allowPolling)],
    ['unchallenged', unchallenged(profile)],
    ['compatibility', compatibility.profile],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return [
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`),
    ...compatibility.switches.flatMap(switchLines),
  ]
}

/** The value, what it means, and below it for whom the switch is there. */
function switchLines({ name, value, overridden, meaning, neededBy }: Compatibility['switches'][number]): string[] {
  const setting = `${name}=${switchValueText(value)}`.padEnd(SETTING_WIDTH)
  return [
    `  ${setting} ${overridden ? '*' : ' '} ${printable(meaning)}`,
    `  ${' '.repeat(SETTING_WIDTH)}   for ${printable(neededBy)}`,
  ]
}

const SETTING_WIDTH = 30

function caCertificate({ subject, notAfter }: NonNullable<ScepProfile['caCertificate']>): string {
  return `${subject}, until ${notAfter}`
}

function challenge({ challengeKind, enableChallengePassword }: ScepProfile): string {
  if (challengeKind === 'none') return 'none: everybody gets a certificate'
  return challengeKind === 'static' && !enableChallengePassword ? 'static, but none is set' : challengeKind
}

function unchallenged({ withoutChallenge, waitingExpiry, mostWaiting, mostWaitingPerSource }: ScepProfile): string {
  if (withoutChallenge === 'refuse') return 'a first enrolment without a challenge is refused'
  return `waits for a person for ${waitingExpiry} days; at most ${mostWaiting}, ${mostWaitingPerSource} from one address`
}

/** What the profile says itself wins over the switch. */
function contents(
  { includeCaCertificate, includeCaCertificateChain }: ScepProfile,
  { switches }: Compatibility,
): string {
  if (includeCaCertificateChain) return 'the certificate and its chain'
  const bySwitch = switches.find(({ name }) => name === 'certRepCertificates')?.value === 'ca'
  return includeCaCertificate || bySwitch ? 'the certificate and the CA certificate' : 'the certificate'
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}
