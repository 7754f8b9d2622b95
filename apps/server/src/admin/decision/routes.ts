import { getDecision, listDecisions } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { requireReach } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { cursorOfUuid } from '../cursor.ts'
import { type Served, serve } from '../serve.ts'
import { commonQuery } from './query.ts'
import { decisionToWire, detailsToWire, nameOf } from './to-wire.ts'

const MISSING = 'There is no record of a decision with this UUID; it may be too old.'

export function decisionRoutes(scope: FastifyInstance, served: Served): void {
  const { store, snapshots } = served.context

  serve(scope, served, listDecisions, {
    async handle({ query, caller, permission }) {
      const { configuration } = await snapshots.current()
      const { transaction, certificate, challenge } = query
      const { records, next } = await store.decisions.list({
        ...query,
        transaction: transaction?.toLowerCase(),
        certificate: certificate?.toLowerCase(),
        challenge: challenge?.toLowerCase(),
        ...commonQuery(query, { caller, permission }, configuration),
      })
      return {
        decisions: records.map((record) => decisionToWire(record, configuration)),
        nextCursor: next === undefined ? null : cursorOfUuid(next),
      }
    },
  })

  serve(scope, served, getDecision, {
    async handle({ params, caller, permission }) {
      const { configuration } = await snapshots.current()
      const record = await store.decisions.find(params.uuid.toLowerCase())
      if (record === undefined) throw new AdminRefusal(404, [MISSING])
      const belongs = {
        scepProfile: nameOf(configuration.scepProfiles, record.scepProfileId) ?? undefined,
        raProfile: nameOf(configuration.raProfiles, record.raProfileId) ?? undefined,
      }
      requireReach({ caller, permission }, permission, belongs, MISSING)
      return detailsToWire(record, configuration)
    },
  })
}
