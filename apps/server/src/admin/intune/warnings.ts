import type { ScepProfile } from '@chancery/ra'
import { credentialEnd } from '../../intune/credential.ts'
import { isGuid } from './rule.ts'

const DAY = 86_400_000
/** Time enough to make a new secret, and to have somebody look at it. */
const SOON = 30 * DAY

export interface Surroundings {
  /** Where devices reach this server, as far as it knows. */
  readonly baseUrl: string
  readonly now: Date
}

/** What works and is unwise about a profile of Intune, or will not work for long. */
export function intuneWarnings(profile: ScepProfile, { baseUrl, now }: Surroundings): string[] {
  if (profile.challengeKind !== 'intune' || profile.intune === null) return []
  return [
    ...credentialWarnings(profile, now),
    ...(profile.intune.cloud === 'china'
      ? [
          'Where Intune is in the cloud china is published nowhere: CHANCERY_INTUNE_RESOURCE_URL has to say it, or choose cloud custom.',
        ]
      : []),
    ...(profile.compatibility.profile === 'windows-intune'
      ? []
      : ['Windows devices that Intune manages are served best with the compatibility profile windows-intune.']),
    ...(baseUrl.startsWith('https:')
      ? []
      : [
          'Android devices that Intune manages ask over https only: set CHANCERY_PUBLIC_URL to an https address under which they reach this server.',
        ]),
    ...(profile.enrolment.secondCertificate === 'issue'
      ? []
      : [
          'secondCertificate refuse keeps out devices that Intune enrols anew, which it does whenever the profile there is changed.',
        ]),
  ]
}

function credentialWarnings({ intune, intuneKey }: ScepProfile, now: Date): string[] {
  if (intune === null) return []
  const { credential } = intune
  const what = credential === 'secret' ? 'client secret' : 'certificate'
  const end = credentialEnd(intune)
  const looksLikeId = credential === 'secret' && intuneKey !== undefined && isGuid(intuneKey.reveal())
  return [
    ...(looksLikeId
      ? ['The client secret looks like the ID of a secret: Entra wants its value, which it shows only once.']
      : []),
    ...(end === undefined
      ? [
          'Nobody wrote down when the client secret for Intune ends: set intune.secretExpiresAt, so that you are told before.',
        ]
      : endWarnings(what, end, now)),
  ]
}

function endWarnings(what: string, end: Date, now: Date): string[] {
  const left = end.getTime() - now.getTime()
  if (left > SOON) return []
  if (left <= 0) {
    return [
      `The ${what} for Intune has ended on ${end.toISOString()}: no device gets a certificate until there is a new one.`,
    ]
  }
  const days = Math.floor(left / DAY)
  const when = days === 0 ? 'in less than a day' : `in ${days} ${days === 1 ? 'day' : 'days'}`
  return [`The ${what} for Intune ends ${when}, on ${end.toISOString()}: make a new one in Entra and set it here.`]
}
