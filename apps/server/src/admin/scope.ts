import type { Reach, Scope } from '@chancery/api'
import type { Configuration } from '@chancery/ra'

/** A misspelt name would open nothing, and that of a profile that comes later more than was meant. */
export function scopeFaults(
  scope: Scope | null,
  { scepProfiles, raProfiles }: Configuration,
  path = 'scope',
): string[] {
  if (scope === null) return []
  if (scope.scepProfiles.length + scope.raProfiles.length === 0) {
    return [`${path} names no profile. Name one at least, or write null for all of them.`]
  }
  const missing = (field: string, kind: string, names: readonly string[], profiles: readonly { name: string }[]) =>
    names.flatMap((name, index) =>
      profiles.some((one) => one.name === name) ? [] : [`${path}.${field}[${index}]: there is no ${kind} "${name}".`],
    )
  return [
    ...missing('scepProfiles', 'SCEP profile', scope.scepProfiles, scepProfiles),
    ...missing('raProfiles', 'RA profile', scope.raProfiles, raProfiles),
  ]
}

/** Whether what is given with this scope goes no further than the reach of whoever gives it. */
export function isWithin(scope: Scope | null, reach: Reach): boolean {
  if (reach === undefined || reach === 'everywhere') return reach === 'everywhere'
  if (scope === null) return false
  return (
    scope.scepProfiles.every((name) => reach.scepProfiles.includes(name)) &&
    scope.raProfiles.every((name) => reach.raProfiles.includes(name))
  )
}
