import { parse } from 'node:querystring'
import { type FastifyInstance, type FastifyServerOptions, fastify, LogController } from 'fastify'
import { registerAdmin } from '../admin/routes.ts'
import type { ServerContext } from '../context.ts'
import { registerHealth } from '../health/routes.ts'
import { registerMetrics } from '../metrics/routes.ts'
import { registerNdes } from '../ndes/routes.ts'
import { registerOcsp } from '../pki/ocsp/routes.ts'
import { registerPki } from '../pki/routes.ts'
import { registerScep } from '../scep/routes.ts'
import { answerClientError } from './client-error.ts'
import { sendLine } from './line.ts'
import type { TlsFiles } from './tls.ts'

/** What a listener serves. */
export interface Surface {
  readonly devices: boolean
  readonly administration: 'none' | 'token' | 'socket'
}

/** S-4.1-17. */
const BODY_LIMIT = 1024 * 1024
/** A GET with a whole message in it: 4096-bit keys, a chain and percent-escapes (S-4.1-18). */
const HEADER_LIMIT = 131_072
const LONGEST_PARSED_QUERY = 2048
const LONGEST_NAME_IN_PATH = 300

const NDES_ADDRESS = /^\/certsrv\/mscep(?:_admin)?(?:\/mscep\.dll)?(?=[/?]|$)/i

const TIMEOUTS = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 1000,
}

/** One listener: its limits, its routes, and plain words for whatever no route answers. */
export function buildApp(context: ServerContext, surface: Surface, tls?: TlsFiles): FastifyInstance {
  const http = { maxHeaderSize: HEADER_LIMIT, requireHostHeader: false, ...TIMEOUTS }
  const options: FastifyServerOptions = {
    logger: false,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: TIMEOUTS.requestTimeout,
    keepAliveTimeout: TIMEOUTS.keepAliveTimeout,
    routerOptions: {
      maxParamLength: LONGEST_NAME_IN_PATH,
      querystringParser: parseQuery,
    },
    // As IIS takes them; Microsoft writes both `certsrv` and `CertSrv`.
    rewriteUrl: ({ url = '/' }) => url.replace(NDES_ADDRESS, (address) => address.toLowerCase()),
    clientErrorHandler: answerClientError,
    frameworkErrors: (_error, _request, reply) => sendLine(reply, 400, 'The address of the request cannot be read.'),
  }
  // The two differ only in their type parameter, which no route here uses.
  const app = (
    tls === undefined
      ? fastify({ ...options, http })
      : fastify({ ...options, https: { ...http, ...tls.options() } } as object)
  ) as FastifyInstance
  tls?.follow(app.server)
  answerPlainly(app, context)
  registerHealth(app, context)
  if (surface.devices) {
    registerScep(app, context)
    registerPki(app, context)
    registerOcsp(app, context)
  }
  if (surface.administration !== 'none') {
    registerAdmin(app, context, surface.administration)
    registerMetrics(app, context)
    registerNdes(app, context, surface.administration)
  }
  return app
}

/** For the administration. The queries of devices are taken apart where they are understood; some hold a whole message. */
function parseQuery(text: string): Record<string, unknown> {
  return text.startsWith('operation=') || text.length > LONGEST_PARSED_QUERY ? {} : parse(text)
}

function answerPlainly(app: FastifyInstance, context: ServerContext): void {
  app.setNotFoundHandler((_request, reply) => sendLine(reply, 404, 'There is nothing at this address.'))
  app.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500
    if (status < 500) return sendLine(reply, status, REFUSED_BY_FRAMEWORK[status] ?? 'The request cannot be processed.')
    context.log.error({ err: error, route: request.routeOptions.url }, 'a route failed')
    return sendLine(reply.header('retry-after', '30'), 500, 'Something went wrong in the server; its log tells more.')
  })
}

const REFUSED_BY_FRAMEWORK: Readonly<Record<number, string>> = {
  400: 'The body does not have the length that its header says.',
  413: 'The body is too large.',
}
