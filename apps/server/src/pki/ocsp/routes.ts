import { buildOcspError, OCSP_REQUEST_LIMITS } from '@chancery/pki'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ServerContext } from '../../context.ts'
import { discardBody } from '../../http/discard-body.ts'
import { sendLine } from '../../http/line.ts'
import { isKnown } from '../entity-tag.ts'
import { requestInPath } from './get-request.ts'
import type { MemoEntry } from './memo.ts'
import { type OcspAnswer, OcspResponder, type Refusal } from './responder.ts'

const REQUEST_TYPE = 'application/ocsp-request'
const RESPONSE_TYPE = 'application/ocsp-response'

/** OCSP over HTTP (RFC 6960 appendix A, RFC 5019 §5 and §6). */
export function registerOcsp(app: FastifyInstance, context: ServerContext): void {
  const responder = new OcspResponder(context)
  const { now } = context
  app.register(async (scope) => {
    readOcspBody(scope)
    scope.post('/ocsp/:authority', { bodyLimit: OCSP_REQUEST_LIMITS.bytes }, async (request, reply) =>
      send(reply, await responder.answer(authorityOf(request), bodyOf(request))),
    )
    scope.get('/ocsp/:authority/*', async (request, reply) => {
      const bytes = requestInPath(request.raw.url ?? '')
      const answer = await responder.answer(authorityOf(request), bytes ?? NOTHING)
      if (!('signed' in answer) || !answer.isShared) return send(reply, answer)
      return sendCached(request, reply, answer.signed, now().getTime())
    })
    const others = scope.supportedMethods.filter((method) => method !== 'GET' && method !== 'POST')
    for (const [url, method] of [
      ['/ocsp/:authority', ['GET', ...others]],
      ['/ocsp/:authority/*', ['POST', ...others]],
    ] as const) {
      scope.route({ method: [...method], url, onRequest: refuseMethod, handler: () => undefined })
    }
  })
}

/** No OCSPRequest: it is answered as malformed. */
const NOTHING = Buffer.alloc(0)

const REFUSALS: Readonly<Record<Refusal, Buffer>> = {
  malformedRequest: buildOcspError('malformedRequest'),
  internalError: buildOcspError('internalError'),
  tryLater: buildOcspError('tryLater'),
  unauthorized: buildOcspError('unauthorized'),
}

function authorityOf(request: FastifyRequest): string {
  return (request.params as { authority: string }).authority
}

function bodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : NOTHING
}

/** Also for refusals HTTP 200: the status of OCSP is inside (RFC 6960 §A.2). */
function send(reply: FastifyReply, answer: OcspAnswer): FastifyReply {
  reply.header('content-type', RESPONSE_TYPE).header('cache-control', 'no-store')
  return reply.send('signed' in answer ? answer.signed.body : REFUSALS[answer.refused])
}

/** RFC 5019 §6.2: for as long as the answer may be used. */
function sendCached(request: FastifyRequest, reply: FastifyReply, entry: MemoEntry, now: number): FastifyReply {
  const seconds = Math.max(0, Math.floor((entry.nextUpdate - now) / 1000))
  reply.headers(entry.http).header('cache-control', `max-age=${seconds}, public, no-transform, must-revalidate`)
  if (isKnown(request, entry.http.etag)) return reply.code(304).send()
  return reply.header('content-type', RESPONSE_TYPE).send(entry.body)
}

function readOcspBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(REQUEST_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.setErrorHandler(async (error, request, reply) => {
    const { statusCode } = error as { statusCode?: number }
    if (statusCode === undefined || statusCode >= 500) throw error
    await discardBody(request.raw)
    if (statusCode === 413) return sendLine(reply, 413, 'The OCSP request is too large.')
    if (statusCode === 415) return sendLine(reply, 415, `An OCSP request is sent as ${REQUEST_TYPE}.`)
    return sendLine(reply, 400, 'The OCSP request is incomplete.')
  })
}

function refuseMethod(_request: FastifyRequest, reply: FastifyReply): void {
  sendLine(reply.header('allow', 'GET, POST'), 405, 'OCSP is asked by POST, or by GET with the request in the path.')
}
