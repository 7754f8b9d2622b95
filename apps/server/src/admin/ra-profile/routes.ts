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
import { changeConfiguration } from '../change-configuration.ts'
import { type Served, serve } from '../serve.ts'
import { deleteOne, disable, enable, type FindRaProfile, updateOne, type Which } from './change.ts'
import { checkRequest } from './check.ts'
import { decideRaProfileCreate } from './decide.ts'
import { findRaProfile, findRaProfileOf } from './find.ts'
import { raProfileToWire } from './to-wire.ts'

export function raProfileRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const anywhere =
    ({ uuid }: { uuid: string }): FindRaProfile =>
    (configuration) =>
      findRaProfile(configuration, uuid)
  const below =
    ({ authorityUuid, uuid }: { authorityUuid: string; uuid: string }): FindRaProfile =>
    (configuration) =>
      findRaProfileOf(configuration, authorityUuid, uuid)
  const show = async (find: FindRaProfile) => {
    const { configuration } = await context.snapshots.current()
    return raProfileToWire(find(configuration), configuration)
  }
  const one =
    (find: FindRaProfile): Which =>
    (configuration) => [find(configuration).uuid]

  serve(scope, served, listRaProfiles, {
    async handle({ query: { enabled } }) {
      const { configuration } = await context.snapshots.current()
      return configuration.raProfiles
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
      return show(anywhere({ uuid: created }))
    },
    location: ({ params }, { uuid }) => `/v1/authorities/${params.authorityUuid}/raProfiles/${uuid}`,
  })

  serve(scope, served, getRaProfile, { handle: ({ params }) => show(anywhere(params)) })
  serve(scope, served, getRaProfileOfAuthority, { handle: ({ params }) => show(below(params)) })

  serve(scope, served, checkRaProfile, {
    handle: ({ params, body }) => checkRequest(context, anywhere(params), body),
  })

  serve(scope, served, updateRaProfile, {
    handle: ({ params, query, body, caller }) =>
      updateOne(context, caller, anywhere(params), { body, dryRun: query.dryRun === 'true' }),
  })
  serve(scope, served, updateRaProfileOfAuthority, {
    handle: ({ params, query, body, caller }) =>
      updateOne(context, caller, below(params), { body, dryRun: query.dryRun === 'true' }),
  })

  serve(scope, served, deleteRaProfile, { handle: (ask) => deleteOne(context, ask, anywhere(ask.params)) })
  serve(scope, served, deleteRaProfileOfAuthority, { handle: (ask) => deleteOne(context, ask, below(ask.params)) })

  serve(scope, served, enableRaProfile, { handle: (ask) => enable(context, ask, one(anywhere(ask.params))) })
  serve(scope, served, enableRaProfileOfAuthority, { handle: (ask) => enable(context, ask, one(below(ask.params))) })
  serve(scope, served, enableRaProfiles, { handle: (ask) => enable(context, ask, () => ask.body) })

  serve(scope, served, disableRaProfile, { handle: (ask) => disable(context, ask, one(anywhere(ask.params))) })
  serve(scope, served, disableRaProfileOfAuthority, { handle: (ask) => disable(context, ask, one(below(ask.params))) })
  serve(scope, served, disableRaProfiles, { handle: (ask) => disable(context, ask, () => ask.body) })
}
