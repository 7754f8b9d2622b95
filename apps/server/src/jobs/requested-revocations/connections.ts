import type { Configuration, RevocationSource, ScepProfile } from '@chancery/ra'
import type { RevocationSourceOf } from '../job.ts'

/** One tenant as one application: all its profiles are offered the same wishes, so they are collected once. */
export interface Connection {
  readonly voucher: string
  readonly source: RevocationSource
  readonly profiles: readonly ScepProfile[]
}

export interface Connections {
  readonly usable: readonly Connection[]
  /** Profiles that cannot be asked for, and why. */
  readonly unusable: readonly { readonly profiles: readonly ScepProfile[]; readonly why: string }[]
}

/** Of the enabled profiles with Intune. The first one's credential speaks for all of a connection. */
export function connectionsOf(configuration: Configuration, sourceOf: RevocationSourceOf): Connections {
  const usable = new Map<string, { voucher: string; source: RevocationSource; profiles: ScepProfile[] }>()
  const unusable: { profiles: ScepProfile[]; why: string }[] = []
  for (const profile of configuration.scepProfiles) {
    if (!profile.enabled || profile.challengeKind !== 'intune') continue
    try {
      const source = sourceOf(profile, configuration)
      const { voucher } = source
      const connection = usable.get(voucher)
      if (connection === undefined) usable.set(voucher, { voucher, source, profiles: [profile] })
      else connection.profiles.push(profile)
    } catch (error) {
      unusable.push({ profiles: [profile], why: sentenceOf(error) })
    }
  }
  return { usable: [...usable.values()], unusable }
}

/** `corp and byod`. */
export function namesOf(profiles: readonly ScepProfile[]): string {
  return profiles.map(({ name }) => name).join(' and ')
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
