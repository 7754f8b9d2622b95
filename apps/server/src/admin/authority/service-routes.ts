import {
  createAuthority,
  deleteAuthority,
  disableAuthority,
  enableAuthority,
  listAuthorityKinds,
  updateAuthority,
} from '@chancery/api'
import { AUTHORITY_DESCRIPTORS } from '@chancery/connectors'
import { type AuthorityRecord, applyEdits, type Configuration } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import type { Caller } from '../../auth/caller.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { changeConfiguration } from '../change-configuration.ts'
import { consequencesOf } from '../consequences.ts'
import { type Served, serve } from '../serve.ts'
import { findAuthority } from './change.ts'
import { decideNewAuthority } from './decide-create.ts'
import { decideAuthorityEnabled, decideAuthorityUpdate } from './decide-update.ts'
import { consequencesOfDeletion, deletionFaults } from './in-use.ts'
import { authorityToWire } from './to-wire.ts'

/** Authorities come, change and go. */
export function authorityServiceRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const { snapshots, store, now } = context

  const switchTo = async (uuid: string, enabled: boolean, caller: Caller): Promise<null> => {
    await changeConfiguration(context, caller, (configuration) => {
      const authority = findAuthority(configuration, uuid)
      const edits = decideAuthorityEnabled(authority, enabled)
      const consequences = consequencesOf(configuration, applyEdits(configuration, edits, now()), now())
      const what = enabled ? 'authority enabled' : 'authority disabled'
      return { edits, log: { what, authority: authority.name, consequences } }
    })
    return null
  }

  /** @throws {AdminRefusal} 422 with every reason */
  const deletable = async (uuid: string, configuration: Configuration): Promise<AuthorityRecord> => {
    const authority = findAuthority(configuration, uuid)
    const faults = deletionFaults(authority, configuration, await store.inventory.hasIssued(authority.id))
    if (faults.length > 0) throw new AdminRefusal(422, faults)
    return authority
  }

  serve(scope, served, listAuthorityKinds, {
    handle: () =>
      Object.values(AUTHORITY_DESCRIPTORS).map(({ kind, title, meaning, settings }) => ({
        kind,
        title,
        meaning,
        settings: { ...settings },
      })),
  })

  serve(scope, served, createAuthority, {
    async handle({ body, caller }) {
      let made = { uuid: '', warnings: [] as readonly string[] }
      const after = await changeConfiguration(context, caller, async (configuration) => {
        const { edits, ...rest } = await decideNewAuthority(configuration, body, now())
        made = rest
        return { edits, log: { what: 'authority made', authority: body.name, warnings: rest.warnings } }
      })
      return authorityToWire(findAuthority(after, made.uuid), after, made.warnings)
    },
    location: (_, { uuid }) => `/v1/authorities/${uuid}`,
  })

  serve(scope, served, updateAuthority, {
    async handle({ params, body, caller }) {
      const after = await changeConfiguration(context, caller, async (configuration) => {
        const authority = findAuthority(configuration, params.uuid)
        const fields = [...Object.keys(body), ...Object.keys(body.settings ?? {}).map((name) => `settings.${name}`)]
        const log = { what: 'authority changed', authority: authority.name, fields }
        return { edits: await decideAuthorityUpdate(authority, body, configuration, now()), log }
      })
      return authorityToWire(findAuthority(after, params.uuid), after)
    },
  })

  serve(scope, served, enableAuthority, { handle: ({ params, caller }) => switchTo(params.uuid, true, caller) })

  serve(scope, served, disableAuthority, {
    async handle({ params, query, caller }) {
      if (query.dryRun !== 'true') return switchTo(params.uuid, false, caller)
      const { configuration } = await snapshots.current()
      const edits = decideAuthorityEnabled(findAuthority(configuration, params.uuid), false)
      return { consequences: consequencesOf(configuration, applyEdits(configuration, edits, now()), now()) }
    },
  })

  serve(scope, served, deleteAuthority, {
    async handle({ params, query, caller }) {
      if (query.dryRun === 'true') {
        const { configuration } = await snapshots.current()
        const authority = await deletable(params.uuid, configuration)
        return { consequences: consequencesOfDeletion(authority, configuration) }
      }
      await changeConfiguration(context, caller, async (configuration) => {
        const { uuid, name } = await deletable(params.uuid, configuration)
        return { edits: [{ edit: 'deleteAuthority', uuid }], log: { what: 'authority deleted', authority: name } }
      })
      return null
    },
  })
}
