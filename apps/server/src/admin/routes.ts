import type { FastifyInstance } from 'fastify'
import { identifyCaller, type Trust } from '../auth/caller.ts'
import type { ServerContext } from '../context.ts'
import { answerError } from './answer-error.ts'
import { approvalRoutes } from './approval/routes.ts'
import { authorityRoutes } from './authority/routes.ts'
import { certificateRoutes } from './certificate/routes.ts'
import { challengeRoutes } from './challenge/routes.ts'
import { compatibilityRoutes } from './compatibility/routes.ts'
import { parseJson } from './json-body.ts'
import { answerWhereNoRouteIs } from './no-route.ts'
import { raProfileRoutes } from './ra-profile/routes.ts'
import { scepActivationRoutes } from './scep-activation/routes.ts'
import { scepEndpointRoutes } from './scep-endpoint/routes.ts'
import { scepProfileRoutes } from './scep-profile/routes.ts'
import type { Served } from './serve.ts'

/** One line a resource. */
const RESOURCES: readonly ((scope: FastifyInstance, served: Served) => void)[] = [
  scepProfileRoutes,
  compatibilityRoutes,
  challengeRoutes,
  certificateRoutes,
  approvalRoutes,
  raProfileRoutes,
  scepActivationRoutes,
  authorityRoutes,
  scepEndpointRoutes,
]

/** The administration below `/api`, in a scope of its own: its parsers, its errors, its caller check touch no other route. */
export function registerAdmin(app: FastifyInstance, context: ServerContext, trust: Trust): void {
  app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('application/json', { parseAs: 'string' }, async (_: unknown, text: string | Buffer) =>
        parseJson(String(text)),
      )
      // Before the body is read, so that nobody unknown makes us read one.
      scope.addHook('onRequest', async (request, reply) => {
        reply.header('cache-control', 'no-store')
        await identifyCaller(trust, context, request.headers.authorization)
      })
      scope.setErrorHandler((error, request, reply) => answerError(error, request, reply, context.log))
      answerWhereNoRouteIs(scope)
      for (const register of RESOURCES) register(scope, { context, trust })
    },
    { prefix: '/api' },
  )
}
