import { getRaProfile, listRaProfiles, type RaProfileUpdate, updateRaProfile } from '@chancery/api'
import type { ApprovalRule, Configuration, RaProfile } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import type { Caller } from '../../auth/caller.ts'
import type { ServerContext } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { type Served, serve } from '../serve.ts'

const ATTEMPTS = 3

export function raProfileRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served

  serve(scope, served, listRaProfiles, {
    async handle() {
      const { configuration } = await context.snapshots.current()
      return configuration.raProfiles.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(toWire)
    },
  })

  serve(scope, served, getRaProfile, {
    async handle({ params }) {
      const { configuration } = await context.snapshots.current()
      return toWire(find(configuration, params.uuid))
    },
  })

  serve(scope, served, updateRaProfile, {
    async handle({ params, body, caller }) {
      return toWire(await change(context, params.uuid, body, caller))
    },
  })
}

/** Conditional on the version that was read, so that no change of somebody else is undone (design, rule 10). */
async function change(
  { snapshots, store, log }: ServerContext,
  uuid: string,
  update: RaProfileUpdate,
  caller: Caller,
): Promise<RaProfile> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { configuration } = attempt === 0 ? await snapshots.current() : await snapshots.refresh()
    const before = find(configuration, uuid)
    if (Object.keys(update).length === 0) return before
    const approval = approvalAfter(before.approval, update)
    const outcome = await store.configuration.updateRaProfile(before.uuid, { approval }, configuration.version)
    if (outcome.status !== 'changed') continue
    log.info({ raProfile: before.name, fields: Object.keys(update), caller: caller.name }, 'RA profile changed')
    return find((await snapshots.refresh()).configuration, uuid)
  }
  throw new AdminRefusal(409, ['Somebody else is changing the configuration at this moment. Try again.'])
}

function approvalAfter(before: ApprovalRule, update: RaProfileUpdate): ApprovalRule {
  return {
    required: update.approvalRequired ?? before.required,
    renewals: update.approvalOfRenewals ?? before.renewals,
    expiresAfterDays: update.approvalExpiry ?? before.expiresAfterDays,
  }
}

function find(configuration: Configuration, uuid: string): RaProfile {
  const profile = configuration.raProfiles.find((candidate) => candidate.uuid === uuid.toLowerCase())
  if (profile === undefined) throw new AdminRefusal(404, ['There is no RA profile with this UUID.'])
  return profile
}

function toWire({ uuid, name, description, enabled, approval }: RaProfile) {
  return {
    uuid,
    name,
    description,
    enabled,
    approvalRequired: approval.required,
    approvalOfRenewals: approval.renewals,
    approvalExpiry: approval.expiresAfterDays,
  }
}
