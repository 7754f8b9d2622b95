import type { FastifyInstance } from 'fastify'
import type { ServerContext } from '../context.ts'
import { sendLine } from '../http/line.ts'

/** `/healthz`: this process answers. `/readyz`: it could also serve a device. */
export function registerHealth(app: FastifyInstance, { store, snapshots, log }: ServerContext): void {
  app.get('/healthz', async (_request, reply) => sendLine(reply, 200, 'ok'))

  app.get('/readyz', async (_request, reply) => {
    try {
      await store.ping()
      await snapshots.current()
    } catch (error) {
      log.warn({ err: error }, 'not ready')
      return sendLine(reply.header('retry-after', '5'), 503, 'The store does not answer.')
    }
    return sendLine(reply, 200, 'ready')
  })
}
