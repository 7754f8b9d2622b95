import {
  disableScepProfile,
  disableScepProfiles,
  enableScepProfile,
  enableScepProfiles,
  makeDefaultScepProfile,
  setDefaultRaProfile,
} from '@chancery/api'
import type { Configuration, ConfigurationEdit } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import { type Asking, narrowToSeen } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { changeOrTell } from '../change-configuration.ts'
import { raProfileInReach } from '../ra-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { findScepProfile, scepProfileInReach } from './find.ts'

/** What is turned on and off, or chosen, without a body. */
export function scepProfileSwitchRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const turn = (enabled: boolean, uuids: readonly string[], { query, ...asking }: Asked) =>
    changeOrTell(context, asking.caller, query, (configuration) => ({
      edits: decideEnabled(asking, configuration, uuids, enabled),
      log: { what: enabled ? 'SCEP profiles enabled' : 'SCEP profiles disabled', scepProfiles: uuids },
    }))
  const enable = async (uuids: readonly string[], { caller, permission }: Asking) => {
    await turn(true, uuids, { query: {}, caller, permission })
    return null
  }

  serve(scope, served, enableScepProfile, { handle: (ask) => enable([ask.params.uuid], ask) })
  serve(scope, served, enableScepProfiles, { handle: (ask) => enable(ask.body, ask) })
  serve(scope, served, disableScepProfile, { handle: (ask) => turn(false, [ask.params.uuid], ask) })
  serve(scope, served, disableScepProfiles, { handle: (ask) => turn(false, ask.body, ask) })

  serve(scope, served, setDefaultRaProfile, {
    handle: ({ params, query, ...asking }) =>
      changeOrTell(context, asking.caller, query, (configuration) => {
        const { uuid, name, defaultRaProfileId } = scepProfileInReach(asking, configuration, params.uuid)
        const raProfile = raProfileInReach(asking, configuration, params.raProfileUuid)
        const change = { defaultRaProfileUuid: raProfile.uuid }
        return {
          edits: defaultRaProfileId === raProfile.id ? [] : [{ edit: 'setScepProfile', uuid, change }],
          log: { what: 'default RA profile set', scepProfile: name, raProfile: raProfile.name },
        }
      }),
  })

  serve(scope, served, makeDefaultScepProfile, {
    handle: ({ params, query, caller }) =>
      changeOrTell(context, caller, query, (configuration) => {
        const { uuid, name, isDefault } = findScepProfile(configuration, params.uuid)
        return {
          edits: isDefault ? [] : [{ edit: 'makeDefault', scepProfileUuid: uuid }],
          log: { what: 'default SCEP profile chosen', scepProfile: name },
        }
      }),
  })
}

interface Asked extends Asking {
  readonly query: { readonly dryRun?: 'true' | 'false' }
}

/** @throws {AdminRefusal} 404 naming each that is not there; 403 */
function decideEnabled(
  asking: Asking,
  configuration: Configuration,
  uuids: readonly string[],
  enabled: boolean,
): ConfigurationEdit[] {
  const wanted = new Set(uuids.map((uuid) => uuid.toLowerCase()))
  const seen = narrowToSeen(asking, 'scepProfile.read', configuration.scepProfiles, ({ name }) => ({
    scepProfile: name,
  }))
  const found = seen.filter(({ uuid }) => wanted.has(uuid))
  if (found.length < wanted.size && wanted.size === 1)
    throw new AdminRefusal(404, ['There is no SCEP profile with this UUID.'])
  if (found.length < wanted.size) {
    const missing = [...wanted].filter((uuid) => !found.some((one) => one.uuid === uuid))
    throw new AdminRefusal(404, [`There is no SCEP profile with the UUID ${missing.join(', ')}.`])
  }
  return found
    .map(({ uuid }) => scepProfileInReach(asking, configuration, uuid))
    .filter((one) => one.enabled !== enabled)
    .map(({ uuid }) => ({ edit: 'setScepProfile', uuid, change: { enabled } }))
}
