import { getScepProfile, listScepProfiles, updateScepProfile } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { type Served, serve } from '../serve.ts'
import { changeScepProfile } from './change.ts'
import { decideUpdate } from './decide-update.ts'
import { findScepProfile } from './find.ts'
import { scepProfileToWire } from './to-wire.ts'

export function scepProfileRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served

  serve(scope, served, listScepProfiles, {
    async handle({ query }) {
      const { configuration } = await context.snapshots.current()
      const profiles = configuration.scepProfiles.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      const wire = page(profiles, query).map((profile) => scepProfileToWire(profile, configuration, context.baseUrl()))
      return wire
    },
  })

  serve(scope, served, getScepProfile, {
    async handle({ params }) {
      const { configuration } = await context.snapshots.current()
      return scepProfileToWire(findScepProfile(configuration, params.uuid), configuration, context.baseUrl())
    },
  })

  serve(scope, served, updateScepProfile, {
    async handle({ params, body, caller }) {
      const { profile, configuration } = await changeScepProfile(context, params.uuid, caller, (before, all) =>
        decideUpdate(before, all, body),
      )
      return scepProfileToWire(profile, configuration, context.baseUrl())
    },
  })
}

/** Paging is optional: without it the list is whole, as old scripts expect. */
function page<T>(items: readonly T[], query: { pageNumber?: string; itemsPerPage?: string }): readonly T[] {
  if (query.pageNumber === undefined && query.itemsPerPage === undefined) return items
  const size = Number(query.itemsPerPage ?? 100)
  const start = (Number(query.pageNumber ?? 1) - 1) * size
  return items.slice(start, start + size)
}
