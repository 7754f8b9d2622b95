import { createChallenge, createChallengeByName } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { findScepProfile, findScepProfileByName } from '../scep-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { createOneTimeChallenge } from './create.ts'

export function challengeRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served

  serve(scope, served, createChallenge, {
    async handle({ params, body, caller }) {
      const { configuration } = await context.snapshots.current()
      const profile = findScepProfile(configuration, params.uuid)
      return createOneTimeChallenge(context, { profile, configuration }, body, caller)
    },
    location: ({ params }, { uuid }) => `/v1/scepProfiles/${params.uuid}/challenges/${uuid}`,
  })

  serve(scope, served, createChallengeByName, {
    async handle({ params, body, caller }) {
      const { configuration } = await context.snapshots.current()
      const profile = findScepProfileByName(configuration, params.scepProfileName)
      return (await createOneTimeChallenge(context, { profile, configuration }, body, caller)).challenge
    },
  })
}
