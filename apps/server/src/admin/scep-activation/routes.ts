import { activateScep, deactivateScep, getScepActivation } from '@chancery/api'
import type { Configuration } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import { changeConfiguration, changeOrTell, type DecideChange, foretell } from '../change-configuration.ts'
import { findRaProfile, findRaProfileOf } from '../ra-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { decideActivation, decideDeactivation } from './decide.ts'
import { scepActivationToWire } from './to-wire.ts'

export function scepActivationRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const toWire = (configuration: Configuration, raProfileUuid: string) =>
    scepActivationToWire(findRaProfile(configuration, raProfileUuid), configuration, context.baseUrl())

  serve(scope, served, getScepActivation, {
    async handle({ params }) {
      const { configuration } = await context.snapshots.current()
      return toWire(configuration, findRaProfileOf(configuration, params.authorityUuid, params.raProfileUuid).uuid)
    },
  })

  serve(scope, served, activateScep, {
    async handle({ params, query, body, caller }) {
      const decide: DecideChange = (configuration) => {
        const raProfile = findRaProfileOf(configuration, params.authorityUuid, params.raProfileUuid)
        return {
          edits: decideActivation(raProfile, configuration, params.scepProfileUuid, body),
          log: { what: 'SCEP activated', raProfile: raProfile.name, scepProfile: params.scepProfileUuid },
        }
      }
      if (query.dryRun !== 'true') {
        return toWire(await changeConfiguration(context, caller, decide), params.raProfileUuid)
      }
      const { configuration } = await context.snapshots.current()
      const { after, consequences } = await foretell(context, configuration, decide)
      return { ...toWire(after, params.raProfileUuid), consequences: [...consequences] }
    },
  })

  serve(scope, served, deactivateScep, {
    handle: ({ params, query, caller }) =>
      changeOrTell(context, caller, query, (configuration) => {
        const raProfile = findRaProfileOf(configuration, params.authorityUuid, params.raProfileUuid)
        return {
          edits: decideDeactivation(raProfile),
          log: { what: 'SCEP deactivated', raProfile: raProfile.name },
        }
      }),
  })
}
