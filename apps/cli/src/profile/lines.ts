import type { Compatibility, ScepProfile } from '@chancery/api'
import { printable } from '../terminal/printable.ts'
import { renewalRows } from './renewal-lines.ts'

/** A profile as a person reads it. */
export function profileLines(profile: ScepProfile, compatibility: Compatibility): string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['name', `${profile.name}${profile.isDefault ? ' (answers /scep and the other usual addresses)' : ''}`],
    ['description', profile.description ?? ''],
    ['enabled', yesNo(profile.enabled)],
    ['url', profile.scepUrl ?? 'none: the profile has no default RA profile'],
    ['RA profile', profile.raProfile?.name ?? 'none'],
    ['RA certificate', profile.caCertificate === null ? 'none' : caCertificate(profile.caCertificate)],
    ['challenge', challenge(profile)],
    ...renewalRows(profile),
    ['answers carry', contents(profile)],
    ['polling', yesNo(profile.allowPolling)],
    ['compatibility', compatibility.profile],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return [
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`),
    ...compatibility.switches.map(switchLine),
  ]
}

function switchLine({ name, value, overridden, meaning }: Compatibility['switches'][number]): string {
  return `  ${`${name}=${switchValue(value)}`.padEnd(30)} ${overridden ? '*' : ' '} ${printable(meaning)}`
}

function switchValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return value === null ? 'off' : String(value)
}

function caCertificate({ subject, notAfter }: NonNullable<ScepProfile['caCertificate']>): string {
  return `${subject}, until ${notAfter}`
}

function challenge({ challengeKind, enableChallengePassword }: ScepProfile): string {
  if (challengeKind === 'none') return 'none: everybody gets a certificate'
  return challengeKind === 'static' && !enableChallengePassword ? 'static, but none is set' : challengeKind
}

function contents({ includeCaCertificate, includeCaCertificateChain }: ScepProfile): string {
  if (includeCaCertificateChain) return 'the certificate and its chain'
  return includeCaCertificate ? 'the certificate and the CA certificate' : 'the certificate'
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}
