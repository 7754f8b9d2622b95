import {
  type AnswerOf,
  type BodyOf,
  faultsOf,
  type ParamsOf,
  type Permission,
  type QueryOf,
  type Route,
} from '@chancery/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Caller } from '../auth/caller.ts'
import type { ServerContext } from '../context.ts'
import { AdminRefusal } from './admin-refusal.ts'
import { queryOf } from './query.ts'

/** What a route is asked, already checked against its schemas. */
export interface Ask<R> {
  readonly params: ParamsOf<R>
  readonly query: QueryOf<R>
  readonly body: BodyOf<R>
  readonly caller: Caller
  /** The right that the route needs; where it is `scoped`, the handler asks how far the caller's reaches (auth/reach.ts). */
  readonly permission: Permission
}

export interface Served {
  readonly context: ServerContext
  /** Who sends a request; made out once, before its body is read. */
  callerOf(request: FastifyRequest): Caller
}

/** A route's handler, and where what it created can be found. */
export interface Handler<R> {
  handle(ask: Ask<R>): Promise<AnswerOf<R>> | AnswerOf<R>
  location?(ask: Ask<R>, answer: AnswerOf<R>): string
  /** Octets of a body, where more may come than for the others. */
  readonly bodyLimit?: number
}

const BODY_LIMIT = 256 * 1024

/** Serves a route of the contract: caller, right, then query and body with all their faults at once, then the handler. */
export function serve<R extends Route>(scope: FastifyInstance, served: Served, route: R, handler: Handler<R>): void {
  for (const url of [route.path, ...(route.alsoAt ?? [])]) serveAt(url, scope, served, route, handler)
}

function serveAt<R extends Route>(
  url: string,
  scope: FastifyInstance,
  { callerOf }: Served,
  route: R,
  handler: Handler<R>,
): void {
  scope.route({
    method: route.method,
    url,
    bodyLimit: handler.bodyLimit ?? BODY_LIMIT,
    exposeHeadRoute: true,
    async handler(request, reply) {
      const caller = callerOf(request)
      if (!caller.may(route.permission)) {
        throw new AdminRefusal(403, [`${caller.name} may not do this: it needs the right ${route.permission}.`])
      }
      if (route.scoped !== true && caller.reach(route.permission) !== 'everywhere') {
        throw new AdminRefusal(403, [
          `${caller.name} has the right ${route.permission} for some profiles only, and this belongs to none of them.`,
        ])
      }
      const body = request.body ?? (route.body !== undefined && Type.IsArray(route.body) ? [] : {})
      const misplaced = faultsOf(route.params, request.params)
      if (misplaced.length > 0) throw new AdminRefusal(404, ['There is nothing at this address:', ...misplaced])
      const query = queryOf(request.url)
      const faults = [...faultsOf(route.query, query), ...(route.body ? faultsOf(route.body, body) : [])]
      if (faults.length > 0) throw new AdminRefusal(422, faults)
      const ask = { params: request.params, query, body, caller, permission: route.permission } as Ask<R>
      const answer = await handler.handle(ask)
      if (handler.location !== undefined) reply.header('location', `/api${handler.location(ask, answer)}`)
      const { status, type } = route.answer
      if (type !== 'none') return reply.code(status).type(type).send(answer)
      // A dry run has something to say where the change itself has not.
      return answer === null ? reply.code(status).send() : reply.code(200).type('application/json').send(answer)
    },
  })
}
