import { findCertificates, getCertificate, issueCertificate } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { AdminRefusal } from '../admin-refusal.ts'
import { type Served, serve } from '../serve.ts'
import { issueForCaller } from './issue.ts'
import { selectorOf } from './selector.ts'
import { certificateToWire } from './to-wire.ts'

export function certificateRoutes(scope: FastifyInstance, served: Served): void {
  const { store } = served.context

  serve(scope, served, findCertificates, {
    async handle({ query }) {
      return (await store.revocations.find(selectorOf(query))).map(certificateToWire)
    },
  })

  serve(scope, served, getCertificate, {
    async handle({ params }) {
      const [record] = await store.revocations.find({ uuid: params.uuid.toLowerCase() })
      if (record === undefined) throw notFound()
      return certificateToWire(record)
    },
  })

  serve(scope, served, issueCertificate, {
    handle: (ask) => issueForCaller(served.context, { raProfileUuid: ask.params.uuid, csr: ask.body.csr }, ask),
  })
}

function notFound(): AdminRefusal {
  return new AdminRefusal(404, ['There is no certificate with this UUID.'])
}
