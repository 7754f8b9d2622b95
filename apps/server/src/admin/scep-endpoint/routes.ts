import { getScepEndpoint } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { scepProfileInReach } from '../scep-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { addressOf } from './address.ts'

export function scepEndpointRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served

  serve(scope, served, getScepEndpoint, {
    async handle(ask) {
      const { configuration } = await context.snapshots.current()
      return addressOf(context, scepProfileInReach(ask, configuration, ask.params.uuid), configuration)
    },
  })
}
