import { getTransaction, listTransactions } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { requireReach } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { cursorOfUuid } from '../cursor.ts'
import { commonQuery } from '../decision/query.ts'
import { decisionToWire, nameOf } from '../decision/to-wire.ts'
import { type Served, serve } from '../serve.ts'
import { transactionToWire } from './to-wire.ts'

const MISSING = 'There is no transaction with this UUID; it may be forgotten.'
const MOST_DECISIONS = 100

export function transactionRoutes(scope: FastifyInstance, served: Served): void {
  const { store, snapshots } = served.context

  serve(scope, served, listTransactions, {
    async handle({ query, caller, permission }) {
      const { configuration } = await snapshots.current()
      const { state, transactionId, subject } = query
      const common = commonQuery(query, { caller, permission }, configuration)
      const { transactions, next } = await store.transactions.list({ state, transactionId, subject, ...common })
      return {
        transactions: transactions.map((entry) => transactionToWire(entry, configuration)),
        nextCursor: next === undefined ? null : cursorOfUuid(next),
      }
    },
  })

  serve(scope, served, getTransaction, {
    async handle({ params, caller, permission }) {
      const { configuration } = await snapshots.current()
      const entry = await store.transactions.get(params.uuid.toLowerCase())
      if (entry === undefined) throw new AdminRefusal(404, [MISSING])
      const belongs = {
        scepProfile: nameOf(configuration.scepProfiles, entry.scepProfileId) ?? undefined,
        raProfile: nameOf(configuration.raProfiles, entry.raProfileId) ?? undefined,
      }
      requireReach({ caller, permission }, permission, belongs, MISSING)
      const { records } = await store.decisions.list({ transaction: entry.uuid, limit: MOST_DECISIONS })
      return {
        ...transactionToWire(entry, configuration),
        decisions: records.map((record) => decisionToWire(record, configuration)),
      }
    },
  })
}
