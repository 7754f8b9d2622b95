import { type Grant, type Permission, type Reach, ROLES } from '@chancery/api'
import type { Caller } from './caller.ts'

/** The rights that these grants would give and the caller has not, or not for all of the same profiles. */
export function beyondReach(caller: Caller, grants: readonly Grant[]): Permission[] {
  const beyond = grants.flatMap(({ role, scope }) =>
    (ROLES[role] as readonly Permission[]).filter((right) => !covers(caller.reach(right), scope ?? 'everywhere')),
  )
  return [...new Set(beyond)]
}

function covers(reach: Reach, wanted: Exclude<Reach, undefined>): boolean {
  if (reach === undefined) return false
  if (reach === 'everywhere') return true
  if (wanted === 'everywhere') return false
  return (
    wanted.scepProfiles.every((name) => reach.scepProfiles.includes(name)) &&
    wanted.raProfiles.every((name) => reach.raProfiles.includes(name))
  )
}
