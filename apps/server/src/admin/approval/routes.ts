import { type Approval, approveRequest, getApproval, listApprovals, rejectRequest } from '@chancery/api'
import type { WaitingRequest } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import { actorOf } from '../../audit/admin-event.ts'
import { type Asking, narrowing, requireReach, roleWith } from '../../auth/reach.ts'
import { scepProfileInReachByName } from '../scep-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { approveWaiting, notFound, rejectWaiting } from './decide.ts'
import { profilesOf } from './profiles.ts'
import { approvalToWire } from './to-wire.ts'

const ITEMS_PER_PAGE = 100

type OfOne = Asking & { readonly params: { readonly uuid: string } }

export function approvalRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const { store, now } = context

  const toWire = async (waiting: WaitingRequest): Promise<Approval> => {
    const { configuration } = await context.snapshots.current()
    const { predecessor } = waiting
    const [renewed] = predecessor === undefined ? [] : await store.revocations.find({ uuid: predecessor })
    return approvalToWire(waiting, configuration, renewed, now())
  }
  const find = async (ask: OfOne) => {
    const waiting = await store.approvals.find(ask.params.uuid.toLowerCase())
    if (waiting === undefined) throw notFound()
    const { configuration } = await context.snapshots.current()
    const profiles = profilesOf(waiting, configuration)
    requireReach(ask, 'approval.read', profiles, notFound().message)
    // In the role that lets the caller decide here, where he has others elsewhere.
    const role = roleWith(ask, profiles) ?? ask.caller.role
    const who = { by: ask.caller.name, role, actor: { ...actorOf(ask.caller), role } }
    return { waiting, who }
  }
  const show = async (ask: OfOne) => toWire((await find(ask)).waiting)

  serve(scope, served, listApprovals, {
    async handle({ query, ...asking }) {
      const { state = 'open', profile, authenticated = 'true', after, itemsPerPage } = query
      const { configuration } = await context.snapshots.current()
      const scepProfileId =
        profile === undefined ? undefined : scepProfileInReachByName(asking, configuration, profile).id
      const within = narrowing(asking, configuration)
      const found = await store.approvals.list({
        which: state,
        authenticated: authenticated === 'true',
        scepProfileId,
        within,
        after: after?.toLowerCase(),
        limit: Number(itemsPerPage ?? ITEMS_PER_PAGE),
      })
      const count = (which: boolean) => store.approvals.count({ authenticated: which, scepProfileId, within }, now())
      return {
        approvals: await Promise.all(found.map(toWire)),
        waiting: { authenticated: await count(true), unauthenticated: await count(false) },
      }
    },
  })

  serve(scope, served, getApproval, { handle: show })

  serve(scope, served, approveRequest, {
    async handle(ask) {
      const { waiting, who } = await find(ask)
      await approveWaiting(context, waiting.uuid, { ...who, comment: ask.body.comment ?? null }, ask.caller)
      return show(ask)
    },
  })

  serve(scope, served, rejectRequest, {
    async handle(ask) {
      const { waiting, who } = await find(ask)
      await rejectWaiting(context, waiting.uuid, { ...who, comment: ask.body.comment })
      return show(ask)
    },
  })
}
