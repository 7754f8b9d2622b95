import type { ScepProfile } from '@chancery/ra'
import type { EndpointAnswer, ServedEndpoint, Snapshot } from '../context.ts'

/** Why devices get nothing at the addresses of a SCEP profile: its own, and those of the RA profiles that it serves. */
export function problemsOf({ id, name }: ScepProfile, snapshot: Snapshot, now: Date): string[] {
  const activated = snapshot.configuration.raProfiles.filter(({ scepProfileId }) => scepProfileId === id)
  const found = [snapshot.byScepProfile(name), ...activated.map((one) => snapshot.byRaProfile(one.name))]
  return [...new Set(found.flatMap((one) => whyNot(one, now) ?? []))]
}

function whyNot(found: EndpointAnswer, now: Date): string | undefined {
  return 'refused' in found ? found.refused : whyExpired(found.served, now)
}

/** What was served when the configuration was read may have ended since. */
export function whyExpired({ usableUntil, endpoint }: ServedEndpoint, now: Date): string | undefined {
  if (now.getTime() < usableUntil) return undefined
  return `The CA certificate of SCEP profile "${endpoint.scepProfile.name}" has expired.`
}
