import type { Token, TokenState } from '@chancery/api'
import type { ApiToken } from '@chancery/store'

export function tokenToWire(token: ApiToken, now: Date): Token {
  const { uuid, name, role, scope, maker, createdAt, expiresAt, revokedAt, lastUsedAt } = token
  return {
    uuid,
    name,
    role,
    scope,
    state: stateOf(token, now),
    maker,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }
}

function stateOf({ expiresAt, revokedAt }: ApiToken, now: Date): TokenState {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && now >= expiresAt ? 'expired' : 'usable'
}
