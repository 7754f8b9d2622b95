import type { FastifyRequest } from 'fastify'
import { AdminRefusal } from '../../admin/admin-refusal.ts'
import type { Config } from '../../config.ts'
import { channelOf } from '../../http/confidential.ts'

export const CALLBACK = '/api/v1/session/oidc/callback'

const HOST = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/

/**
 * Where the provider sends the browser back; it takes none that was not registered there. The public URL counts where the
 * administration is served there, safely; else the host that the browser asked for.
 * @throws {AdminRefusal} 422
 */
export function redirectUriOf({ raw, headers }: FastifyRequest, config: Config): string {
  const { publicUrl, adminListen, trustedProxies } = config
  if (adminListen === undefined && publicUrl?.startsWith('https:')) return `${publicUrl}${CALLBACK}`
  const { host = '' } = headers
  if (!HOST.test(host)) throw new AdminRefusal(422, ['The Host header of the request is no host.'])
  return `${channelOf(raw, trustedProxies) === 'tls' ? 'https' : 'http'}://${host}${CALLBACK}`
}
