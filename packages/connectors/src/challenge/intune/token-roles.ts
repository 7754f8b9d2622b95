import type { Secret } from '@chancery/scep'
import { readJsonObject } from '../../json-object.ts'

/** Application permissions that an access token names; undefined: it cannot be read, which is its right. For people only. */
export function rolesOf(token: Secret): readonly string[] | undefined {
  const claims = token.reveal().split('.')[1]
  const { roles, ...others } = readJsonObject(Buffer.from(claims ?? '', 'base64url')) ?? {}
  if (Array.isArray(roles)) return roles.filter((role) => typeof role === 'string').slice(0, 50)
  return Object.keys(others).length > 0 ? [] : undefined
}
