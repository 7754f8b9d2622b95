import type { Secret } from '@chancery/scep'
import type { IntuneResponse } from './ports.ts'
import type { Tokens } from './tokens.ts'

/**
 * Sends with a token; with a new one once more where it is not accepted, because a token that was made before an
 * administrator consented lacks the permission until it expires.
 */
export async function withToken(
  tokens: Tokens,
  scope: string,
  send: (token: Secret) => Promise<IntuneResponse>,
): Promise<IntuneResponse> {
  const token = await tokens.get(scope)
  const response = await send(token)
  if (response.status !== 401 && response.status !== 403) return response
  tokens.drop(scope, token)
  return send(await tokens.get(scope))
}
