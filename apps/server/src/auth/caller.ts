import type { Permission } from '@chancery/api'
import { Secret } from '@chancery/scep'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import type { ServerContext } from '../context.ts'

/** How a connection came in: over TCP a token is wanted; the Unix socket is open to its owner only, so who reaches it is trusted. */
export type Trust = 'token' | 'socket'

/** Who asks, for the log and for what is stored beside a change. */
export interface Caller {
  readonly name: string
  may(permission: Permission): boolean
}

/** @throws {AdminRefusal} 401 when nobody can be made out */
export async function identifyCaller(
  trust: Trust,
  { config: { adminToken } }: Pick<ServerContext, 'config'>,
  authorization: string | undefined,
): Promise<Caller> {
  if (trust === 'socket') return administrator('local socket')
  const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
  if (token === undefined) {
    throw unauthorized('This needs an API token: send "Authorization: Bearer …".', 'Bearer realm="chancery"')
  }
  if (adminToken === undefined || !adminToken.equals(new Secret(token))) {
    throw unauthorized(
      'The API token is not valid here. The server takes the one that it was started with as CHANCERY_ADMIN_TOKEN.',
      'Bearer realm="chancery", error="invalid_token"',
    )
  }
  return administrator('CHANCERY_ADMIN_TOKEN')
}

function administrator(name: string): Caller {
  return { name, may: () => true }
}

function unauthorized(message: string, challenge: string): AdminRefusal {
  return new AdminRefusal(401, [message], { 'www-authenticate': challenge })
}
