import { getAuthorityStatus } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { troubleOf } from '../../upstream/status.ts'
import { type Served, serve } from '../serve.ts'
import { findAuthority } from './change.ts'

/** How an authority is, as somebody wants to know who waits for certificates. */
export function authorityStatusRoutes(scope: FastifyInstance, served: Served): void {
  const { snapshots, store, now } = served.context
  serve(scope, served, getAuthorityStatus, {
    async handle({ params }) {
      const { configuration } = await snapshots.current()
      const authority = findAuthority(configuration, params.uuid)
      const issuer = configuration.issuers.find(
        ({ authorityId, state }) => authorityId === authority.id && state === 'current',
      )
      const trouble = await troubleOf(authority, issuer, now())
      const { open, pending, oldest, trouble: lastTrouble } = await store.orders.count(authority.id)
      return {
        reachable: trouble === null,
        trouble,
        openOrders: open,
        pendingOrders: pending,
        oldestOrder: oldest?.toISOString() ?? null,
        lastTrouble: lastTrouble ?? null,
      }
    },
  })
}
