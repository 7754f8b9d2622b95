import { getRetention, updateRetention } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import { type Served, serve } from '../serve.ts'

export function settingRoutes(scope: FastifyInstance, served: Served): void {
  const { store, now, log } = served.context

  serve(scope, served, getRetention, { handle: () => store.settings.retention() })

  serve(scope, served, updateRetention, {
    async handle({ body, caller }) {
      const before = await store.settings.retention()
      const event = adminEvent(caller, now(), {
        action: 'setting.update',
        object: { kind: 'setting', name: 'retention' },
        detail: { before, after: body },
      })
      await store.settings.setRetention(body, now(), [event])
      log.info({ retention: body, caller: caller.name }, 'retention changed')
      return body
    },
  })
}
