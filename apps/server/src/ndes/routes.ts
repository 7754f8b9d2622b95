import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, Trust } from '../auth/caller.ts'
import { callerGuard } from '../auth/guard.ts'
import { BASIC, BEARER, type Scheme } from '../auth/scheme.ts'
import type { ServerContext } from '../context.ts'
import { isConfidential } from '../http/confidential.ts'
import { isCrossSite } from '../http/cross-site.ts'
import { discardBody } from '../http/discard-body.ts'
import { sendLine } from '../http/line.ts'
import { peerOf } from '../http/peer.ts'
import { rawQueryOf } from '../scep/operation.ts'
import { answerPage } from './answer.ts'

const PATH = '/certsrv/mscep_admin'

/** Asks for Basic and nothing else: no Negotiate and no NTLM, which could be relayed. */
const SCHEME: Scheme = {
  ...BASIC,
  tokenOf: (authorization) => BASIC.tokenOf(authorization) ?? BEARER.tokenOf(authorization),
}

/**
 * The administration page of NDES, which programs that manage devices read challenges from (S28). Some post to it; nothing
 * in what they post is looked at.
 */
export function registerNdes(app: FastifyInstance, context: ServerContext, trust: Trust): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', async (request: FastifyRequest) => discardBody(request.raw))
    const identify = callerGuard(trust, context, SCHEME)
    const others = scope.supportedMethods.filter((method) => method !== 'GET' && method !== 'POST')
    for (const url of [PATH, `${PATH}/*`]) {
      scope.route({
        method: ['GET', 'POST'],
        url,
        handler: (request, reply) => handle(request, reply, context, identify),
      })
      scope.route({ method: others, url, onRequest: refuseMethod, handler: () => undefined })
    }
  })
}

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ServerContext,
  identify: (request: FastifyRequest) => Promise<Caller>,
): Promise<FastifyReply> {
  const segments = segmentsOf(request)
  if (segments.length > 1) return sendLine(reply, 404, 'There is nothing at this address.')
  const [profileName] = segments
  const { trustedProxies } = context.config
  const { status, body, headers, outcome, caller } = await answerPage(
    {
      profileName,
      rawQuery: rawQueryOf(request.raw.url ?? ''),
      confidential: isConfidential(request.raw, trustedProxies),
      crossSite: isCrossSite(request.headers),
      identify: () => identify(request),
    },
    context,
  )
  const peer = peerOf(request.raw, trustedProxies)
  context.log.info({ status, outcome, caller, peer, scepProfile: profileName }, 'NDES administration page')
  return reply
    .code(status)
    .headers({ ...HEADERS, ...headers })
    .send(body)
}

/** The name of a profile, if there is one; the file that NDES has at the end is none. */
function segmentsOf({ params }: FastifyRequest): string[] {
  const segments = ((params as { '*'?: string })['*'] ?? '').split('/').filter((part) => part !== '')
  return segments.at(-1)?.toLowerCase() === 'mscep.dll' ? segments.slice(0, -1) : segments
}

/** No charset, as NDES: the mark at the beginning says it. */
const HEADERS = {
  'content-type': 'text/html',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** HEAD too: it would make a challenge that nobody sees. */
function refuseMethod(_request: FastifyRequest, reply: FastifyReply): void {
  sendLine(reply.header('allow', 'GET, POST'), 405, 'This page is asked for by GET.')
}
