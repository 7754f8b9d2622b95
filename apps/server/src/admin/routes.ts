import { fastifyCookie } from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'
import { RefusalLog } from '../audit/refusal-log.ts'
import type { Caller, Trust } from '../auth/caller.ts'
import { callerGuard } from '../auth/guard.ts'
import { isOpenRoute } from '../auth/open-route.ts'
import { refuseCrossSite } from '../auth/session/identify.ts'
import type { ServerContext } from '../context.ts'
import { peerOf } from '../http/peer.ts'
import { AdminRefusal } from './admin-refusal.ts'
import { answerError } from './answer-error.ts'
import { approvalRoutes } from './approval/routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { authorityRoutes } from './authority/routes.ts'
import { revocationRoutes } from './certificate/revocation-routes.ts'
import { certificateRoutes } from './certificate/routes.ts'
import { challengeRoutes } from './challenge/routes.ts'
import { compatibilityRoutes } from './compatibility/routes.ts'
import { contractRoutes } from './contract/routes.ts'
import { decisionRoutes } from './decision/routes.ts'
import { intuneRoutes } from './intune/routes.ts'
import { jobRoutes } from './job/routes.ts'
import { parseJson } from './json-body.ts'
import { answerWhereNoRouteIs } from './no-route.ts'
import { noticeChannelRoutes } from './notice/channel-routes.ts'
import { noticeRoutes } from './notice/notice-routes.ts'
import { raProfileRoutes } from './ra-profile/routes.ts'
import { scepActivationRoutes } from './scep-activation/routes.ts'
import { scepEndpointRoutes } from './scep-endpoint/routes.ts'
import { scepProfileRoutes } from './scep-profile/routes.ts'
import type { Served } from './serve.ts'
import { oidcSignInRoutes } from './session/oidc-routes.ts'
import { peopleRoutes } from './session/routes.ts'
import { settingRoutes } from './setting/routes.ts'
import { setupRoutes } from './setup/routes.ts'
import { statisticsRoutes } from './statistics/routes.ts'
import { tokenRoutes } from './token/routes.ts'
import { transactionRoutes } from './transaction/routes.ts'
import { webhookRoutes } from './webhook/routes.ts'

/** One line a resource. */
const RESOURCES: readonly ((scope: FastifyInstance, served: Served) => void)[] = [
  scepProfileRoutes,
  webhookRoutes,
  intuneRoutes,
  compatibilityRoutes,
  challengeRoutes,
  certificateRoutes,
  revocationRoutes,
  approvalRoutes,
  raProfileRoutes,
  scepActivationRoutes,
  authorityRoutes,
  scepEndpointRoutes,
  settingRoutes,
  decisionRoutes,
  transactionRoutes,
  setupRoutes,
  auditRoutes,
  tokenRoutes,
  peopleRoutes,
  oidcSignInRoutes,
  statisticsRoutes,
  jobRoutes,
  noticeChannelRoutes,
  noticeRoutes,
]

/** Under which a request carries who sends it. */
const CALLER = 'caller'

/** The administration below `/api`, in a scope of its own: its parsers, its errors, its caller check touch no other route. */
export function registerAdmin(app: FastifyInstance, context: ServerContext, trust: Trust): void {
  contractRoutes(app)
  app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('application/json', { parseAs: 'string' }, async (_: unknown, text: string | Buffer) =>
        parseJson(String(text)),
      )
      // Webhooks of device management systems send an empty body with whatever type they have.
      scope.addContentTypeParser('*', { parseAs: 'string' }, async (_: unknown, text: string | Buffer) => {
        if (String(text).trim() === '') return undefined
        throw new AdminRefusal(415, ['The body must be JSON: send "Content-Type: application/json".'])
      })
      await scope.register(fastifyCookie)
      const identify = callerGuard(trust, context)
      const served: Served = { context, callerOf: (request) => request.getDecorator<Caller>(CALLER) }
      scope.decorateRequest(CALLER)
      // Before the body is read, so that nobody unknown makes us read one.
      scope.addHook('onRequest', async (request, reply) => {
        reply.header('cache-control', 'no-store')
        // Also who signs in: nobody is to be signed in as somebody else without knowing it.
        if (isOpenRoute(request)) refuseCrossSite(request)
        else request.setDecorator(CALLER, await identify(request))
      })
      const refusals = new RefusalLog(context)
      scope.setErrorHandler(async (error, request, reply) => {
        const caller = request.getDecorator<Caller | undefined>(CALLER)
        await refusals.note(error, request, caller, peerOf(request.raw, context.config.trustedProxies))
        return answerError(error, request, reply, context.log)
      })
      answerWhereNoRouteIs(scope)
      for (const register of RESOURCES) register(scope, served)
    },
    { prefix: '/api' },
  )
}
