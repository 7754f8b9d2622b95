import { type Permission, type Reach, type Role, reachOf } from '@chancery/api'
import type { Configuration } from '@chancery/ra'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import type { Caller } from './caller.ts'

/** The profiles, by name, that something belongs to; it is in reach where one of them is. */
export interface Belongs {
  readonly scepProfile?: string | undefined
  readonly raProfile?: string | undefined
}

/** Who asks, and for which right: what a route's handler is given. */
export interface Asking {
  readonly caller: Caller
  readonly permission: Permission
}

/** Whether somebody has a right where this belongs; what belongs to no profile only those reach who have it everywhere. */
export function reaches({ caller, permission }: Asking, belongs: Belongs): boolean {
  return covers(caller.reach(permission), belongs)
}

/** The role that gives the caller the right there; undefined: none does. */
export function roleWith({ caller, permission }: Asking, belongs: Belongs): Role | undefined {
  return caller.grants.find((grant) => covers(reachOf([grant], permission), belongs))?.role
}

function covers(reach: Reach, { scepProfile, raProfile }: Belongs): boolean {
  if (reach === undefined || reach === 'everywhere') return reach === 'everywhere'
  return (
    (scepProfile !== undefined && reach.scepProfiles.includes(scepProfile)) ||
    (raProfile !== undefined && reach.raProfiles.includes(raProfile))
  )
}

/** What of a list is in reach. */
export function narrow<T>(asking: Asking, items: readonly T[], belongs: (item: T) => Belongs): readonly T[] {
  return items.filter((item) => reaches(asking, belongs(item)))
}

/** Those that the caller may see, if only that. @param read the right to see such a thing */
export function narrowToSeen<T>(
  asking: Asking,
  read: Permission,
  items: readonly T[],
  belongs: (item: T) => Belongs,
): readonly T[] {
  const reading = { caller: asking.caller, permission: read }
  return items.filter((item) => reaches(asking, belongs(item)) || reaches(reading, belongs(item)))
}

/**
 * What is out of reach is not there; only to somebody who may see it, it is forbidden.
 * @param read the right to see such a thing
 * @param missing what is said where there is no such thing
 * @throws {AdminRefusal} 404, 403
 */
export function requireReach(asking: Asking, read: Permission, belongs: Belongs, missing: string): void {
  if (reaches(asking, belongs)) return
  const { caller, permission } = asking
  if (!reaches({ caller, permission: read }, belongs)) throw new AdminRefusal(404, [missing])
  const { scepProfile, raProfile } = belongs
  const where = scepProfile === undefined ? `RA profile "${raProfile}"` : `SCEP profile "${scepProfile}"`
  throw new AdminRefusal(403, [
    `${caller.name} has the right ${permission} for some profiles only, and not for ${where}.`,
  ])
}

/** What a query of the store is narrowed to: rows with one of these profiles, or of one of these endpoints. */
export interface Narrowing {
  readonly scepProfileIds: readonly number[]
  readonly raProfileIds: readonly number[]
  /** As rows have them, such as `scepProfile/default`. */
  readonly endpoints: readonly string[]
}

/** @returns undefined where everything is in reach */
export function narrowing({ caller, permission }: Asking, configuration: Configuration): Narrowing | undefined {
  const reach = caller.reach(permission)
  if (reach === 'everywhere') return undefined
  const { scepProfiles = [], raProfiles = [] } = reach ?? {}
  return {
    scepProfileIds: idsOf(configuration.scepProfiles, scepProfiles),
    raProfileIds: idsOf(configuration.raProfiles, raProfiles),
    endpoints: [...scepProfiles.map((name) => `scepProfile/${name}`), ...raProfiles.map((name) => `raProfile/${name}`)],
  }
}

/** The profiles of a row by its endpoint, and by its RA profile where it has one. */
export function belongsTo(
  { endpoint, raProfileId }: { readonly endpoint: string | null; readonly raProfileId?: number | null },
  { raProfiles }: Configuration,
): Belongs {
  const [kind, name] = endpoint?.split('/') ?? []
  const ofRow = raProfiles.find(({ id }) => id === raProfileId)?.name
  return {
    scepProfile: kind === 'scepProfile' ? name : undefined,
    raProfile: ofRow ?? (kind === 'raProfile' ? name : undefined),
  }
}

function idsOf(
  profiles: readonly { readonly id: number; readonly name: string }[],
  names: readonly string[],
): number[] {
  return profiles.filter(({ name }) => names.includes(name)).map(({ id }) => id)
}
