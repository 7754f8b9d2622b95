import { issueCertificate } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { type Served, serve } from '../serve.ts'
import { certificateDetailRoutes } from './detail-routes.ts'
import { issueForCaller } from './issue.ts'
import { certificateListRoutes } from './list-routes.ts'

export function certificateRoutes(scope: FastifyInstance, served: Served): void {
  certificateListRoutes(scope, served)
  certificateDetailRoutes(scope, served)

  serve(scope, served, issueCertificate, {
    handle: (ask) => issueForCaller(served.context, { raProfileUuid: ask.params.uuid, csr: ask.body.csr }, ask),
  })
}
