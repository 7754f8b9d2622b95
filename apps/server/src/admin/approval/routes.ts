import { type Approval, approveRequest, getApproval, listApprovals, rejectRequest } from '@chancery/api'
import type { WaitingRequest } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import type { Caller } from '../../auth/caller.ts'
import { findScepProfileByName } from '../scep-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { approveWaiting, notFound, rejectWaiting } from './decide.ts'
import { approvalToWire } from './to-wire.ts'

const ITEMS_PER_PAGE = 100

export function approvalRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const { store, now } = context

  const toWire = async (waiting: WaitingRequest): Promise<Approval> => {
    const { configuration } = await context.snapshots.current()
    const { predecessor } = waiting
    const [renewed] = predecessor === undefined ? [] : await store.revocations.find({ uuid: predecessor })
    return approvalToWire(waiting, configuration, renewed, now())
  }
  const find = async (uuid: string): Promise<Approval> => {
    const waiting = await store.approvals.find(uuid)
    if (waiting === undefined) throw notFound()
    return toWire(waiting)
  }

  serve(scope, served, listApprovals, {
    async handle({ query }) {
      const { state = 'open', profile, authenticated = 'true', after, itemsPerPage } = query
      const { configuration } = await context.snapshots.current()
      const scepProfileId = profile === undefined ? undefined : findScepProfileByName(configuration, profile).id
      const found = await store.approvals.list({
        which: state,
        authenticated: authenticated === 'true',
        scepProfileId,
        after: after?.toLowerCase(),
        limit: Number(itemsPerPage ?? ITEMS_PER_PAGE),
      })
      const count = (which: boolean) => store.approvals.count({ authenticated: which, scepProfileId }, now())
      return {
        approvals: await Promise.all(found.map(toWire)),
        waiting: { authenticated: await count(true), unauthenticated: await count(false) },
      }
    },
  })

  serve(scope, served, getApproval, { handle: ({ params }) => find(params.uuid.toLowerCase()) })

  serve(scope, served, approveRequest, {
    async handle({ params, body, caller }) {
      const uuid = params.uuid.toLowerCase()
      await approveWaiting(context, uuid, { ...who(caller), comment: body.comment ?? null }, caller)
      return find(uuid)
    },
  })

  serve(scope, served, rejectRequest, {
    async handle({ params, body, caller }) {
      const uuid = params.uuid.toLowerCase()
      await rejectWaiting(context, uuid, { ...who(caller), comment: body.comment })
      return find(uuid)
    },
  })
}

function who({ name, role }: Caller) {
  return { by: name, role }
}
