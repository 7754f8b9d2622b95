import {
  createScepProfile,
  deleteScepProfile,
  deleteScepProfiles,
  forceDeleteScepProfiles,
  getScepProfile,
  listCaCertificates,
  listScepProfiles,
  updateScepProfile,
} from '@chancery/api'
import type { Configuration, ScepProfile } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import type { Caller } from '../../auth/caller.ts'
import { type Asking, narrow, narrowToSeen } from '../../auth/reach.ts'
import type { ServerContext } from '../../context.ts'
import { raCertificateChoices } from '../../ra-certificates/choice.ts'
import { changeConfiguration, changeOrTell } from '../change-configuration.ts'
import { type Served, serve } from '../serve.ts'
import { caCertificateToWire } from './ca-certificate.ts'
import { editScepProfile } from './change.ts'
import { decideCreate } from './decide-create.ts'
import { type Deletions, decideDelete, decideDeletions } from './decide-delete.ts'
import { decideEdit } from './decide-edit.ts'
import { findScepProfile, scepProfileInReach } from './find.ts'
import { scepProfileSwitchRoutes } from './switch-routes.ts'
import { scepProfileToWire } from './to-wire.ts'

export function scepProfileRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const view = () => ({ baseUrl: context.baseUrl(), now: context.now() })
  const certifying = (isDryRun = false) => ({ publicUrl: context.config.publicUrl, now: context.now(), isDryRun })
  const show = async (uuid: string, asking: Asking) => {
    const snapshot = await context.snapshots.current()
    return scepProfileToWire(scepProfileInReach(asking, snapshot.configuration, uuid), snapshot, view())
  }

  serve(scope, served, listScepProfiles, {
    async handle({ query, ...asking }) {
      const snapshot = await context.snapshots.current()
      const all = snapshot.configuration.scepProfiles.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      return page(
        narrow(asking, all, ({ name }) => ({ scepProfile: name })),
        query,
      ).map((profile) => scepProfileToWire(profile, snapshot, view()))
    },
  })

  serve(scope, served, getScepProfile, { handle: (ask) => show(ask.params.uuid, ask) })

  serve(scope, served, createScepProfile, {
    async handle({ body, caller, permission }) {
      let created = ''
      await changeConfiguration(context, caller, async (configuration) => {
        const { uuid, edits } = await decideCreate(configuration, body, certifying())
        created = uuid
        return { edits, log: { what: 'SCEP profile created', scepProfile: body.name } }
      })
      return show(created, { caller, permission })
    },
    location: (_, { uuid }) => `/v1/scepProfiles/${uuid}`,
  })

  serve(scope, served, updateScepProfile, {
    handle({ params, query, body, ...asking }) {
      const dryRun = query.dryRun === 'true'
      return editScepProfile(context, asking, {
        uuid: params.uuid,
        edits: (profile, configuration) =>
          decideEdit(profile, asSeen(asking, profile, configuration), body, certifying(dryRun)),
        fields: Object.keys(body),
        dryRun,
      })
    },
  })

  serve(scope, served, deleteScepProfile, {
    handle: ({ params, query, caller }) =>
      changeOrTell(context, caller, query, (configuration) => ({
        edits: decideDelete(configuration, params.uuid),
        log: { what: 'SCEP profile deleted', scepProfile: findScepProfile(configuration, params.uuid).name },
      })),
  })

  serve(scope, served, deleteScepProfiles, {
    handle: ({ body, caller }) => deleteSeveral(context, caller, body, false),
  })

  serve(scope, served, forceDeleteScepProfiles, {
    handle: ({ body, caller }) => deleteSeveral(context, caller, body, true),
  })

  serve(scope, served, listCaCertificates, {
    async handle({ query }) {
      const { configuration } = await context.snapshots.current()
      return raCertificateChoices(configuration, context.now())
        .filter(({ certificate }) => query.intuneEnabled !== 'true' || certificate.publicKey.type === 'rsa')
        .map(({ uuid, certificate }) => caCertificateToWire(uuid, certificate))
    },
  })

  scepProfileSwitchRoutes(scope, served)
}

async function deleteSeveral(context: ServerContext, caller: Caller, uuids: readonly string[], force: boolean) {
  let failed: Deletions['failed'] = []
  await changeConfiguration(context, caller, (configuration) => {
    const deletions = decideDeletions(configuration, uuids, force)
    failed = deletions.failed
    const deleted = deletions.edits.flatMap((one) => (one.edit === 'deleteScepProfile' ? [one.uuid] : []))
    return { edits: deletions.edits, log: { what: 'SCEP profiles deleted', scepProfiles: deleted, force } }
  })
  return [...failed]
}

/** Without the RA profiles that are not there for the caller; the one that the profile has may stay. */
function asSeen(asking: Asking, { defaultRaProfileId }: ScepProfile, configuration: Configuration): Configuration {
  const seen = narrowToSeen(asking, 'raProfile.read', configuration.raProfiles, ({ name }) => ({ raProfile: name }))
  return {
    ...configuration,
    raProfiles: configuration.raProfiles.filter((one) => seen.includes(one) || one.id === defaultRaProfileId),
  }
}

/** Paging is optional: without it the list is whole, as old scripts expect. */
function page<T>(items: readonly T[], query: { pageNumber?: string; itemsPerPage?: string }): readonly T[] {
  if (query.pageNumber === undefined && query.itemsPerPage === undefined) return items
  const size = Number(query.itemsPerPage ?? 100)
  const start = (Number(query.pageNumber ?? 1) - 1) * size
  return items.slice(start, start + size)
}
