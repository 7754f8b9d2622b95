import { createToken, getToken, listTokens, revokeToken } from '@chancery/api'
import type { ApiToken } from '@chancery/store'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { type Served, serve } from '../serve.ts'
import { createApiToken } from './create.ts'
import { tokenToWire } from './to-wire.ts'

export function tokenRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const { store, log, now } = context

  const find = async (uuid: string): Promise<ApiToken> => {
    const token = await store.tokens.findByUuid(uuid.toLowerCase())
    if (token === undefined) throw new AdminRefusal(404, ['There is no API token with this UUID.'])
    return token
  }

  serve(scope, served, listTokens, {
    async handle() {
      return (await store.tokens.list()).map((token) => tokenToWire(token, now()))
    },
  })

  serve(scope, served, getToken, {
    async handle({ params }) {
      return tokenToWire(await find(params.uuid), now())
    },
  })

  serve(scope, served, createToken, {
    handle: ({ body, caller }) => createApiToken(context, body, caller),
    location: (_, { uuid }) => `/v1/tokens/${uuid}`,
  })

  serve(scope, served, revokeToken, {
    async handle({ params, caller }) {
      const { uuid, name } = await find(params.uuid)
      const deed = { action: 'token.revoke', object: { kind: 'token', uuid, name }, detail: {} }
      if (await store.tokens.revoke(uuid, now(), [adminEvent(caller, now(), deed)])) {
        log.info({ token: uuid, name, caller: caller.name }, 'API token revoked')
      }
      return null
    },
  })
}
