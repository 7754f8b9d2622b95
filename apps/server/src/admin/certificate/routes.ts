import { findCertificates, getCertificate, issueCertificate, revokeCertificate } from '@chancery/api'
import { type CertificateRecord, revoke } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import { AdminRefusal } from '../admin-refusal.ts'
import { type Served, serve } from '../serve.ts'
import { issueForCaller } from './issue.ts'
import { selectorOf } from './selector.ts'
import { certificateToWire } from './to-wire.ts'

export function certificateRoutes(scope: FastifyInstance, served: Served): void {
  const { store, log, now } = served.context

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
    handle: ({ params, body, caller }) =>
      issueForCaller(served.context, { raProfileUuid: params.uuid, csr: body.csr }, caller),
  })

  serve(scope, served, revokeCertificate, {
    async handle({ params, body, caller }) {
      const { reason = 'unspecified' } = body
      const outcome = await revoke({ uuid: params.uuid.toLowerCase() }, { at: now(), reason }, store.revocations)
      if (outcome.status === 'already') throw alreadyRevoked(outcome.certificate)
      if (outcome.status !== 'revoked') throw notFound()
      const { uuid, issuerId, serial } = outcome.certificate
      log.info({ certificate: uuid, issuer: issuerId, serial, reason, by: caller.name }, 'certificate revoked')
      return certificateToWire(outcome.certificate)
    },
  })
}

function notFound(): AdminRefusal {
  return new AdminRefusal(404, ['There is no certificate with this UUID.'])
}

function alreadyRevoked({ revocation }: CertificateRecord): AdminRefusal {
  const when = revocation?.at.toISOString()
  return new AdminRefusal(409, [
    `This certificate was revoked at ${when} with reason ${revocation?.reason}; that stays as it is.`,
  ])
}
