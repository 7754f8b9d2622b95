import { type Grant, type Permission, ROLES } from '@chancery/api'
import { isWithin } from '../admin/scope.ts'
import type { Caller } from './caller.ts'

/** The rights that these grants would give and the caller has not, or not for all of the same profiles. */
export function beyondReach(caller: Caller, grants: readonly Grant[]): Permission[] {
  const beyond = grants.flatMap(({ role, scope }) =>
    (ROLES[role] as readonly Permission[]).filter((right) => !isWithin(scope ?? null, caller.reach(right))),
  )
  return [...new Set(beyond)]
}
