import {
  createChallenge,
  createChallengeByName,
  createChallenges,
  getChallenge,
  listChallenges,
  revokeChallenge,
} from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import type { Asking } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { cursorOf, readCursor } from '../cursor.ts'
import { scepProfileInReach, scepProfileInReachByName } from '../scep-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { createOneTimeChallenge, createOneTimeChallenges, type ForProfile } from './create.ts'
import { challengeToWire } from './to-wire.ts'

const ITEMS_PER_PAGE = 100
/** A thousand wishes with subject and names. */
const BULK_OCTETS = 1024 * 1024

export function challengeRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const { store, snapshots, now, log } = context

  const find = async (ask: Asking & { readonly params: { readonly uuid: string } }): Promise<ForProfile> => {
    const { configuration } = await snapshots.current()
    return { configuration, profile: scepProfileInReach(ask, configuration, ask.params.uuid) }
  }
  const ofProfile = async (
    ask: Asking & { readonly params: { readonly uuid: string; readonly challengeUuid: string } },
  ) => {
    const { profile } = await find(ask)
    return { profile, which: { scepProfileId: profile.id, uuid: ask.params.challengeUuid.toLowerCase() } }
  }

  serve(scope, served, createChallenge, {
    handle: async (ask) => createOneTimeChallenge(context, await find(ask), ask.body, ask.caller),
    location: ({ params }, { uuid }) => `/v1/scepProfiles/${params.uuid}/challenges/${uuid}`,
  })

  serve(scope, served, createChallenges, {
    bodyLimit: BULK_OCTETS,
    handle: async (ask) => createOneTimeChallenges(context, await find(ask), ask.body, ask.caller),
  })

  serve(scope, served, createChallengeByName, {
    async handle(ask) {
      const { configuration } = await snapshots.current()
      const profile = scepProfileInReachByName(ask, configuration, ask.params.scepProfileName)
      return (await createOneTimeChallenge(context, { profile, configuration }, ask.body, ask.caller)).challenge
    },
  })

  serve(scope, served, listChallenges, {
    async handle(ask) {
      const { state, cursor, itemsPerPage } = ask.query
      const { profile } = await find(ask)
      const before = cursor === undefined ? undefined : readCursor(cursor)
      const limit = Number(itemsPerPage ?? ITEMS_PER_PAGE)
      const page = await store.challenges.list({ scepProfileId: profile.id, state, before, limit }, now())
      return {
        challenges: page.challenges.map((entry) => challengeToWire(entry, profile)),
        nextCursor: page.next === undefined ? null : cursorOf(page.next),
      }
    },
  })

  serve(scope, served, getChallenge, {
    async handle(ask) {
      const { profile, which } = await ofProfile(ask)
      const entry = await store.challenges.get(which, now())
      if (entry === undefined) throw notFound()
      return challengeToWire(entry, profile)
    },
  })

  serve(scope, served, revokeChallenge, {
    async handle(ask) {
      const { profile, which } = await ofProfile(ask)
      const object = { kind: 'challenge', uuid: which.uuid, name: profile.name }
      const event = adminEvent(ask.caller, now(), { action: 'challenge.revoke', object, detail: {} })
      if (!(await store.challenges.revoke(which, now(), [event]))) throw notFound()
      log.info({ challenge: which.uuid, scepProfile: profile.name, caller: ask.caller.name }, 'challenge revoked')
      return null
    },
  })
}

function notFound(): AdminRefusal {
  return new AdminRefusal(404, ['This SCEP profile has no challenge with this UUID.'])
}
