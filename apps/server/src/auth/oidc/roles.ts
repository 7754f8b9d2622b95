import type { Grant } from '@chancery/api'
import type { OidcSettings } from './settings.ts'

export type Claims = Readonly<Record<string, unknown>>

/** The values of the claim that roles are read from; undefined: there is no such claim. */
export function claimValues(claims: Claims, path: string): string[] | undefined {
  const found = valueAt(claims, path)
  if (found === undefined || found === null) return undefined
  return [found].flat().filter((value): value is string => typeof value === 'string')
}

export function grantsFor(values: readonly string[], { roles }: Pick<OidcSettings, 'roles'>): Grant[] {
  return roles.filter(({ value }) => values.includes(value)).map(({ grant }) => grant)
}

/** A claim of just this name comes first: some are URLs, and have dots. */
function valueAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  return path.split('.').reduce<unknown>((value, name) => {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    return isObject ? (value as Claims)[name] : undefined
  }, claims)
}
