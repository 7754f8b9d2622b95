import { type Static, Type } from 'typebox'
import { nameParam, nullable, strictObject } from './field.ts'
import type { Permission } from './permission.ts'
import { mayRole, ROLE_NAMES } from './role.ts'

const names = Type.Array(nameParam, { maxItems: 1000, rule: 'must be a list of names of profiles' })

/** The profiles that a role is good for, by name: names never change. */
export const Scope = strictObject({ scepProfiles: names, raProfiles: names })
export type Scope = Static<typeof Scope>

export const roleField = Type.Enum(ROLE_NAMES, { rule: `must be one of ${ROLE_NAMES.join(', ')}` })

/** A role, everywhere or for some profiles only. */
export const Grant = strictObject({
  role: roleField,
  /** Left out or null: for all profiles, and for what belongs to none. */
  scope: Type.Optional(nullable(Scope)),
})
export type Grant = Static<typeof Grant>

/** Where somebody may do something; undefined: nowhere. */
export type Reach = 'everywhere' | Scope | undefined

/** Of all grants together. */
export function reachOf(grants: readonly Grant[], permission: Permission): Reach {
  const good = grants.filter(({ role }) => mayRole(role, permission))
  if (good.length === 0) return undefined
  const scopes = good.map(({ scope }) => scope ?? undefined)
  if (scopes.includes(undefined)) return 'everywhere'
  const all = scopes as Scope[]
  return {
    scepProfiles: [...new Set(all.flatMap(({ scepProfiles }) => scepProfiles))],
    raProfiles: [...new Set(all.flatMap(({ raProfiles }) => raProfiles))],
  }
}
