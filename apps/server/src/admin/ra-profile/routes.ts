import {
  checkRaProfile,
  createRaProfile,
  deleteRaProfile,
  deleteRaProfileOfAuthority,
  disableRaProfile,
  disableRaProfileOfAuthority,
  disableRaProfiles,
  enableRaProfile,
  enableRaProfileOfAuthority,
  enableRaProfiles,
  getRaProfile,
  getRaProfileOfAuthority,
  listRaProfiles,
  updateRaProfile,
  updateRaProfileOfAuthority,
} from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { type Asking, narrow } from '../../auth/reach.ts'
import { changeConfiguration } from '../change-configuration.ts'
import { type Served, serve } from '../serve.ts'
import { deleteOne, disable, enable, type FindRaProfile, updateOne, type Which } from './change.ts'
import { checkRequest } from './check.ts'
import { decideRaProfileCreate } from './decide.ts'
import { findRaProfile, raProfileInReach, raProfileOfInReach } from './find.ts'
import { raProfileToWire } from './to-wire.ts'

export function raProfileRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const anywhere =
    (ask: Asking & { readonly params: { readonly uuid: string } }): FindRaProfile =>
    (configuration) =>
      raProfileInReach(ask, configuration, ask.params.uuid)
  const below =
    (ask: Asking & { readonly params: { readonly authorityUuid: string; readonly uuid: string } }): FindRaProfile =>
    (configuration) =>
      raProfileOfInReach(ask, configuration, ask.params)
  const show = async (find: FindRaProfile) => {
    const { configuration } = await context.snapshots.current()
    return raProfileToWire(find(configuration), configuration)
  }
  const one =
    (find: FindRaProfile): Which =>
    (configuration) => [find(configuration).uuid]

  serve(scope, served, listRaProfiles, {
    async handle({ query: { enabled }, ...asking }) {
      const { configuration } = await context.snapshots.current()
      return narrow(asking, configuration.raProfiles, ({ name }) => ({ raProfile: name }))
        .filter((profile) => enabled === undefined || profile.enabled === (enabled === 'true'))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map((profile) => raProfileToWire(profile, configuration))
    },
  })

  serve(scope, served, createRaProfile, {
    async handle({ params, body, caller }) {
      let created = ''
      await changeConfiguration(context, caller, (configuration) => {
        const { uuid, edits } = decideRaProfileCreate(configuration, params.authorityUuid, body, context.now())
        created = uuid
        return { edits, log: { what: 'RA profile created', raProfile: body.name } }
      })
      return show((configuration) => findRaProfile(configuration, created))
    },
    location: ({ params }, { uuid }) => `/v1/authorities/${params.authorityUuid}/raProfiles/${uuid}`,
  })

  serve(scope, served, getRaProfile, { handle: (ask) => show(anywhere(ask)) })
  serve(scope, served, getRaProfileOfAuthority, { handle: (ask) => show(below(ask)) })

  serve(scope, served, checkRaProfile, {
    handle: (ask) => checkRequest(context, ask, anywhere(ask), ask.body),
  })

  serve(scope, served, updateRaProfile, {
    handle: (ask) => updateOne(context, ask, anywhere(ask), { body: ask.body, dryRun: ask.query.dryRun === 'true' }),
  })
  serve(scope, served, updateRaProfileOfAuthority, {
    handle: (ask) => updateOne(context, ask, below(ask), { body: ask.body, dryRun: ask.query.dryRun === 'true' }),
  })

  serve(scope, served, deleteRaProfile, { handle: (ask) => deleteOne(context, ask, anywhere(ask)) })
  serve(scope, served, deleteRaProfileOfAuthority, { handle: (ask) => deleteOne(context, ask, below(ask)) })

  serve(scope, served, enableRaProfile, { handle: (ask) => enable(context, ask, one(anywhere(ask))) })
  serve(scope, served, enableRaProfileOfAuthority, { handle: (ask) => enable(context, ask, one(below(ask))) })
  serve(scope, served, enableRaProfiles, { handle: (ask) => enable(context, ask, () => ask.body) })

  serve(scope, served, disableRaProfile, { handle: (ask) => disable(context, ask, one(anywhere(ask))) })
  serve(scope, served, disableRaProfileOfAuthority, { handle: (ask) => disable(context, ask, one(below(ask))) })
  serve(scope, served, disableRaProfiles, { handle: (ask) => disable(context, ask, () => ask.body) })
}
