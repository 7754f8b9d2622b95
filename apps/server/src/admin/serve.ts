import { Readable } from 'node:stream'
import {
  type AnswerOf,
  type AnyRoute,
  type BodyOf,
  type FileAnswer,
  type FreeRoute,
  faultsOf,
  type ParamsOf,
  type Permission,
  type QueryOf,
  type Route,
} from '@chancery/api'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Caller } from '../auth/caller.ts'
import { OPEN_ROUTE } from '../auth/open-route.ts'
import type { ServerContext } from '../context.ts'
import { AdminRefusal } from './admin-refusal.ts'
import { queryOf } from './query.ts'

/** What a route is asked, already checked against its schemas. */
export interface OpenAsk<R> {
  readonly params: ParamsOf<R>
  readonly query: QueryOf<R>
  readonly body: BodyOf<R>
  /** For what is in no schema: cookies, and where it comes from. */
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export interface SignedInAsk<R> extends OpenAsk<R> {
  readonly caller: Caller
}

export interface Ask<R> extends SignedInAsk<R> {
  /** The right that the route needs; where it is `scoped`, the handler asks how far the caller's reaches (auth/reach.ts). */
  readonly permission: Permission
}

export interface Served {
  readonly context: ServerContext
  /** Who sends a request; made out once, before its body is read. */
  callerOf(request: FastifyRequest): Caller
}

/** A route's handler, and where what it created can be found. */
export interface Handler<R, Asked = Ask<R>> {
  handle(ask: Asked): Promise<AnswerOf<R>> | AnswerOf<R>
  location?(ask: Asked, answer: AnswerOf<R>): string
  /** Octets of a body, where more may come than for the others. */
  readonly bodyLimit?: number
}

const BODY_LIMIT = 256 * 1024

/** Serves a route of the contract: caller, right, then query and body with all their faults at once, then the handler. */
export function serve<R extends Route>(scope: FastifyInstance, served: Served, route: R, handler: Handler<R>): void {
  serveTo(scope, route, handler, {}, (request) => {
    const caller = served.callerOf(request)
    requireRight(caller, route)
    return { caller, permission: route.permission }
  })
}

/** Serves a route for whoever is known. */
export function serveSignedIn<R extends FreeRoute<'signed-in'>>(
  scope: FastifyInstance,
  served: Served,
  route: R,
  handler: Handler<R, SignedInAsk<R>>,
): void {
  serveTo(scope, route, handler, {}, (request) => ({ caller: served.callerOf(request) }))
}

/** Serves a route that nobody has to be known for. */
export function serveOpen<R extends FreeRoute<'open'>>(
  scope: FastifyInstance,
  route: R,
  handler: Handler<R, OpenAsk<R>>,
): void {
  serveTo(scope, route, handler, OPEN_ROUTE, () => ({}))
}

/** @throws {AdminRefusal} 403 */
function requireRight(caller: Caller, { permission, scoped }: Route): void {
  if (!caller.may(permission)) {
    throw new AdminRefusal(403, [`${caller.name} may not do this: it needs the right ${permission}.`])
  }
  if (scoped !== true && caller.reach(permission) !== 'everywhere') {
    throw new AdminRefusal(403, [
      `${caller.name} has the right ${permission} for some profiles only, and this belongs to none of them.`,
    ])
  }
}

/** @param whoOf what of the caller the handler is given; it refuses those whom the route is not for */
function serveTo<R extends AnyRoute, Who extends object>(
  scope: FastifyInstance,
  route: R,
  handler: Handler<R, OpenAsk<R> & Who>,
  config: object,
  whoOf: (request: FastifyRequest) => Who,
): void {
  for (const url of [route.path, ...(route.alsoAt ?? [])]) {
    scope.route({
      method: route.method,
      url,
      bodyLimit: handler.bodyLimit ?? BODY_LIMIT,
      exposeHeadRoute: true,
      config,
      async handler(request, reply) {
        const ask = { ...whoOf(request), ...askOf(route, request), request, reply }
        return send(route, handler, ask, reply)
      },
    })
  }
}

/** @throws {AdminRefusal} 404, 422 */
function askOf<R extends AnyRoute>(route: R, request: FastifyRequest): Pick<OpenAsk<R>, 'params' | 'query' | 'body'> {
  const body = request.body ?? (route.body !== undefined && Type.IsArray(route.body) ? [] : {})
  const misplaced = faultsOf(route.params, request.params)
  if (misplaced.length > 0) throw new AdminRefusal(404, ['There is nothing at this address:', ...misplaced])
  const query = queryOf(request.url)
  const faults = [...faultsOf(route.query, query), ...(route.body ? faultsOf(route.body, body) : [])]
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  return { params: request.params as ParamsOf<R>, query: query as QueryOf<R>, body: body as BodyOf<R> }
}

async function send<R extends AnyRoute, Asked>(
  route: R,
  handler: Handler<R, Asked>,
  ask: Asked,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const answer = await handler.handle(ask)
  if (handler.location !== undefined) reply.header('location', `/api${handler.location(ask, answer)}`)
  const { status, type } = route.answer
  if (type === 'file') return sendFile(answer as FileAnswer, reply.code(status))
  if (type !== 'none') return reply.code(status).type(type).send(answer)
  // A dry run has something to say where the change itself has not.
  return answer === null ? reply.code(status).send() : reply.code(200).type('application/json').send(answer)
}

/** What comes piece by piece is ended with the connection: nobody reads on for a client that went away. */
function sendFile({ mediaType, fileName, content }: FileAnswer, reply: FastifyReply): FastifyReply {
  const isWhole = typeof content === 'string' || content instanceof Uint8Array
  return reply
    .type(mediaType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(isWhole ? content : Readable.from(content))
}
