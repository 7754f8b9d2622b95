import type { FastifyInstance } from 'fastify'
import type { ServerContext } from '../context.ts'

/** Only where administration is served: figures tell a stranger who enrols when. */
export function registerMetrics(app: FastifyInstance, { metrics }: ServerContext): void {
  app.get('/metrics', async (_request, reply) => {
    const { type, body } = await metrics.text()
    return reply.header('content-type', type).send(body)
  })
}
