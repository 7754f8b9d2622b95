import { getCompatibility, updateCompatibility } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { changeScepProfile } from '../scep-profile/change.ts'
import { scepProfileInReach } from '../scep-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { decideCompatibility } from './decide-update.ts'
import { compatibilityToWire } from './to-wire.ts'

export function compatibilityRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served

  serve(scope, served, getCompatibility, {
    async handle(ask) {
      const { configuration } = await context.snapshots.current()
      return compatibilityToWire(scepProfileInReach(ask, configuration, ask.params.uuid).compatibility)
    },
  })

  serve(scope, served, updateCompatibility, {
    async handle({ params, body, ...asking }) {
      const { profile } = await changeScepProfile(context, params.uuid, asking, ({ compatibility }) => ({
        compatibility: decideCompatibility(compatibility, body, context.config.publicUrl),
      }))
      return compatibilityToWire(profile.compatibility)
    },
  })
}
