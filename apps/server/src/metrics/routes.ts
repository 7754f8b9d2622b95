import type { FastifyInstance } from 'fastify'
import type { ServerContext } from '../context.ts'
import { sendLine } from '../http/line.ts'

/** Only where administration is served: figures tell a stranger who enrols when. */
export function registerMetrics(app: FastifyInstance, { metrics, log }: ServerContext): void {
  app.get('/metrics', async (_request, reply) => {
    try {
      const { type, body } = await metrics.text()
      return reply.header('content-type', type).send(body)
    } catch (error) {
      // Half of the figures would look like a fall of every counter.
      log.warn({ err: error }, 'no figures')
      return sendLine(reply.header('retry-after', '5'), 503, 'The figures cannot be put together now; ask again.')
    }
  })
}
