import { activateScep, deactivateScep, getScepActivation } from '@chancery/api'
import type { Configuration } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import type { Asking } from '../../auth/reach.ts'
import { changeConfiguration, changeOrTell, type DecideChange, foretell } from '../change-configuration.ts'
import { findRaProfile, raProfileOfInReach } from '../ra-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { decideActivation, decideDeactivation } from './decide.ts'
import { scepActivationToWire } from './to-wire.ts'

export function scepActivationRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const toWire = (configuration: Configuration, raProfileUuid: string) =>
    scepActivationToWire(findRaProfile(configuration, raProfileUuid), configuration, context.baseUrl())
  const find = (
    ask: Asking & { readonly params: { readonly authorityUuid: string; readonly raProfileUuid: string } },
    configuration: Configuration,
  ) =>
    raProfileOfInReach(ask, configuration, { authorityUuid: ask.params.authorityUuid, uuid: ask.params.raProfileUuid })

  serve(scope, served, getScepActivation, {
    async handle(ask) {
      const { configuration } = await context.snapshots.current()
      return toWire(configuration, find(ask, configuration).uuid)
    },
  })

  serve(scope, served, activateScep, {
    async handle(ask) {
      const { params, query, body, caller } = ask
      const decide: DecideChange = (configuration) => {
        const raProfile = find(ask, configuration)
        return {
          edits: decideActivation(ask, raProfile, configuration, params.scepProfileUuid, body),
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
    handle: (ask) =>
      changeOrTell(context, ask.caller, ask.query, (configuration) => {
        const raProfile = find(ask, configuration)
        return {
          edits: decideDeactivation(raProfile),
          log: { what: 'SCEP deactivated', raProfile: raProfile.name },
        }
      }),
  })
}
