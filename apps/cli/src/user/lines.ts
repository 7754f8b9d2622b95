import type { Grant, User } from '@chancery/api'
import { printable } from '../terminal/printable.ts'
import { tableLines } from '../terminal/table.ts'
import { scopeText } from '../token/scope-text.ts'

const HEAD = ['NAME', 'MAY', 'STATE', 'SIGNS IN BY', 'LAST SIGN-IN', 'UUID']

/** A line a user under a line of headings; nothing at all where there is none. */
export function userTable(users: readonly User[]): string[] {
  if (users.length === 0) return []
  return tableLines(
    HEAD,
    users.map((user) => [
      user.name,
      grantsText(user.grants),
      state(user),
      way(user),
      user.lastSignInAt ?? 'never',
      user.uuid,
    ]),
  )
}

export function userLines(user: User): string[] {
  const rows: readonly (readonly [string, string | null])[] = [
    ['name', user.name],
    ['called', user.displayName],
    ['e-mail', user.email],
    ['may', grantsText(user.grants)],
    ['state', state(user)],
    ['signs in by', way(user)],
    ['last time', user.lastSignInAt ?? 'never'],
    ['made at', user.createdAt],
    ['deleted at', user.deletedAt],
    ['uuid', user.uuid],
  ]
  return rows.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(11)}  ${printable(value)}`]))
}

function grantsText(grants: readonly Grant[]): string {
  return grants.map(({ role, scope }) => (scope ? `${role} (${scopeText(scope)})` : role)).join(', ')
}

function state({ enabled, deletedAt }: User): string {
  if (deletedAt !== null) return 'deleted'
  return enabled ? 'enabled' : 'disabled'
}

function way({ hasPassword, identityIssuer }: User): string {
  const ways = [...(hasPassword ? ['password'] : []), ...(identityIssuer === null ? [] : [identityIssuer])]
  return ways.length === 0 ? 'nothing yet' : ways.join(', ')
}
