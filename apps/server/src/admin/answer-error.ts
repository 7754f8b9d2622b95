import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { AdminRefusal } from './admin-refusal.ts'

/** Answers whatever a route threw: a refusal in its own words, everything else with an id under which the log has it. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  if (error instanceof AdminRefusal) {
    const { status, messages, headers } = error
    return reply
      .code(status)
      .headers(headers)
      .send(status === 422 ? messages : { message: messages.join(' ') })
  }
  const refusal = REFUSED_BY_FASTIFY[(error as { statusCode?: number }).statusCode ?? 500]
  if (refusal !== undefined) return reply.code((error as { statusCode: number }).statusCode).send({ message: refusal })
  const id = randomUUID()
  log.error({ err: error, id, method: request.method, route: request.routeOptions.url }, 'an admin route failed')
  return reply.code(500).send({ message: `Something went wrong in the server. Its log tells more under the id ${id}.` })
}

/** Our own words: the framework's repeat pieces of the body, in which there may be a secret. */
const REFUSED_BY_FASTIFY: Readonly<Record<number, string>> = {
  400: 'The request cannot be processed.',
  408: 'The request took too long to arrive.',
  413: 'The body is too large.',
  415: 'The body must be JSON: send "Content-Type: application/json".',
}
