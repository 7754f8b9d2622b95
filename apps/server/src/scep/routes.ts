import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ServerContext } from '../context.ts'
import { discardBody } from '../http/discard-body.ts'
import { peerOf } from '../http/peer.ts'
import { Derivations } from '../limits/derivations.ts'
import { ProfileLimits } from '../limits/profile-limits.ts'
import { RequestLimits } from '../limits/request-limits.ts'
import { sourceOf } from '../limits/source.ts'
import { undeclaredProxy } from '../limits/undeclared-proxy.ts'
import { type Answer, line } from './answer.ts'
import { answerRequest, bodyOf } from './answer-request.ts'
import { Course } from './course.ts'
import { untilDeadline } from './deadline.ts'
import { challengeIdOf, ENTRANCES } from './find-endpoint.ts'
import { Gate } from './gate.ts'
import { writeLogLine } from './log-line.ts'
import { rawQueryOf } from './operation.ts'
import { ownFault } from './own-fault.ts'
import type { Sender, Sketch } from './record/sketch.ts'

/** SCEP over HTTP (RFC 8894 §4), at every address that devices know. */
export function registerScep(app: FastifyInstance, context: ServerContext): void {
  const limits = {
    gate: new Gate(),
    derivations: new Derivations(),
    requests: new RequestLimits(context.config.workers),
    profiles: new ProfileLimits(context.config.workers),
  }
  const noticeProxy = undeclaredProxy(context.log)
  app.register(async (scope) => {
    readAnyBody(scope)
    answerRefusedBodies(scope, context)
    const others = scope.supportedMethods.filter((method) => method !== 'GET' && method !== 'POST')
    for (const { path, find } of ENTRANCES) {
      for (const url of [path, `${path}/*`]) {
        scope.route({
          method: ['GET', 'POST'],
          url,
          async handler(request, reply) {
            const arrived = performance.now()
            const id = correlationId(context.now())
            const sender = senderOf(context, request)
            const { peer, source } = sender
            noticeProxy(peer, request.headers)
            const segments = ((request.params as { '*'?: string })['*'] ?? '').split('/').filter((part) => part !== '')
            const course = new Course(arrived)
            const answer = await answerRequest(
              {
                method: request.method as 'GET' | 'POST',
                url: request.raw.url ?? '',
                body: bodyOf(request.body),
                find: (snapshot) => find(snapshot, segments),
                challengeId: challengeIdOf(segments),
                peer,
                source,
                id,
                course,
              },
              context,
              limits,
            )
            const milliseconds = performance.now() - arrived
            writeLogLine(context, sender, answer, { id, milliseconds })
            context.records.note({ ...sketchOf(context, request, sender, answer, id), course, milliseconds })
            if (answer.uniform === true) await untilDeadline(arrived)
            return send(reply, answer)
          },
        })
        scope.route({ method: others, url, onRequest: refuseMethod(context), handler: () => undefined })
      }
    }
  })
}

function senderOf({ config }: ServerContext, request: FastifyRequest): Sender {
  const peer = peerOf(request.raw, config.trustedProxies)
  return { peer, source: sourceOf(peer), userAgent: request.headers['user-agent'] }
}

/** What the path of every request knows. */
function sketchOf(
  { now }: ServerContext,
  request: FastifyRequest,
  sender: Sender,
  { status, report }: Answer,
  id: string,
): Omit<Sketch, 'course' | 'milliseconds'> {
  const [, rawMessage] = /(?:^|&)message=([^&]*)/i.exec(rawQueryOf(request.raw.url ?? '')) ?? []
  return { answer: { status, report }, id, at: now(), ...sender, rawMessage }
}

/**
 * Twelve hexadecimal digits: short enough to be read out over a telephone. The first five are of the time, so that an index of
 * them grows at one place; of the others there are 2^28 in each second.
 */
function correlationId(now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000) % 0x100000
  return `${seconds.toString(16).padStart(5, '0')}${randomUUID().slice(-7)}`
}

/** Devices send any content type or none, and no form parser may eat a message (S-4.3-02, N-07). */
function readAnyBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.addHook('onRequest', (request, _reply, done) => {
    // The framework would refuse one that is no media type.
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream'
    done()
  })
}

/** Bodies that were not read to their end: too large, or shorter than announced. */
function answerRefusedBodies(scope: FastifyInstance, context: ServerContext): void {
  scope.setErrorHandler(async (error, request, reply) => {
    const { statusCode } = error as { statusCode?: number }
    const sender = senderOf(context, request)
    // What has no status did not come from reading the body: it is a fault of ours, and must not look like the device's.
    if (statusCode === undefined) {
      const id = correlationId(context.now())
      const answer = ownFault(error, 'PKIOperation', id)
      writeLogLine(context, sender, answer, { id, milliseconds: 0 })
      return send(reply, answer)
    }
    const status = statusCode === 413 ? 413 : 400
    await discardBody(request.raw)
    const [text, reason] = status === 413 ? ['message too large', 'too_large'] : ['incomplete request', 'incomplete']
    const answer = line(status, text, { operation: 'PKIOperation', outcome: 'rejected', reason })
    const id = correlationId(context.now())
    writeLogLine(context, sender, answer, { id, milliseconds: 0 })
    context.records.note({ ...sketchOf(context, request, sender, answer, id), course: undefined, milliseconds: 0 })
    return send(reply, answer)
  })
}

function refuseMethod(context: ServerContext) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const report = { operation: '?', outcome: 'rejected', reason: 'wrong_method' } as const
    const answer = line(405, 'SCEP is spoken by GET and POST.', report)
    writeLogLine(context, senderOf(context, request), answer, { id: correlationId(context.now()), milliseconds: 0 })
    send(reply.header('allow', 'GET, POST'), answer)
  }
}

/** `no-store`: GET asks for what is made for one device, once (S-4.1-21). */
function send(reply: FastifyReply, { status, type, body, retryAfterSeconds, allow }: Answer): FastifyReply {
  reply.code(status).header('content-type', type).header('cache-control', 'no-store')
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  if (allow !== undefined) reply.header('allow', allow)
  return reply.send(body)
}
