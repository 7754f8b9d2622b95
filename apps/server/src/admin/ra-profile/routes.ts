import { getRaProfile, listRaProfiles, type RaProfileUpdate, updateRaProfile } from '@chancery/api'
import type { ApprovalRule, Configuration, RaProfile } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import type { Caller } from '../../auth/caller.ts'
import type { ServerContext } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { changeConfiguration } from '../change-configuration.ts'
import { type Served, serve } from '../serve.ts'

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

async function change(
  context: ServerContext,
  uuid: string,
  update: RaProfileUpdate,
  caller: Caller,
): Promise<RaProfile> {
  const after = await changeConfiguration(context, caller, (configuration) => {
    const before = find(configuration, uuid)
    const fields = Object.keys(update)
    const approval = approvalAfter(before.approval, update)
    return {
      edits: fields.length === 0 ? [] : [{ edit: 'setRaProfile', uuid: before.uuid, change: { approval } }],
      log: { what: 'RA profile changed', raProfile: before.name, fields },
    }
  })
  return find(after, uuid)
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
