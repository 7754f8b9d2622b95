import { certifyAuthority, getCaChain, getCaRequest, requestCaCertificate } from '@chancery/api'
import { encodePem } from '@chancery/pki'
import type { FastifyInstance } from 'fastify'
import { generationOf } from '../../rollover/stepping-back.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { changeConfiguration } from '../change-configuration.ts'
import { type Served, serve } from '../serve.ts'
import { findAuthority } from './change.ts'
import { decideCertificate } from './decide-certificate.ts'
import { decideRequest } from './decide-request.ts'
import { timeOf } from './time-of.ts'
import { authorityToWire } from './to-wire.ts'

/** A CA below another one: its request, its certificate, and the chain up to the root. */
export function authorityCertificateRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const { snapshots, config, now } = context
  const location = (_: unknown, { uuid }: { readonly uuid: string }) => `/v1/authorities/${uuid}`

  serve(scope, served, requestCaCertificate, {
    async handle({ params, body, caller }) {
      const after = await changeConfiguration(context, caller, async (configuration) => {
        const authority = findAuthority(configuration, params.uuid)
        const edits = await decideRequest(configuration, authority, body)
        return { edits, log: { what: 'CA certificate requested', authority: authority.name } }
      })
      return authorityToWire(findAuthority(after, params.uuid), after)
    },
    location: (_, { uuid }) => `/v1/authorities/${uuid}/request`,
  })

  serve(scope, served, getCaRequest, {
    async handle({ params }) {
      const { configuration } = await snapshots.current()
      const { name, requestedCsr } = findAuthority(configuration, params.uuid)
      if (requestedCsr === undefined) {
        throw new AdminRefusal(404, [`Authority "${name}" has no request that waits for a certificate.`])
      }
      return encodePem('CERTIFICATE REQUEST', requestedCsr)
    },
  })

  serve(scope, served, certifyAuthority, {
    async handle({ params, body, caller }) {
      const brought = { certificates: body.certificates, currentFrom: timeOf(body.currentFrom) }
      let warnings: readonly string[] = []
      const after = await changeConfiguration(context, caller, async (configuration) => {
        const authority = findAuthority(configuration, params.uuid)
        const about = { publicUrl: config.publicUrl, now: now() }
        const made = await decideCertificate(configuration, authority, brought, about)
        warnings = made.warnings
        return { edits: made.edits, log: { what: 'CA certificate brought', authority: authority.name, warnings } }
      })
      return authorityToWire(findAuthority(after, params.uuid), after, warnings)
    },
    location,
  })

  serve(scope, served, getCaChain, {
    async handle({ params }) {
      const { configuration } = await snapshots.current()
      const authority = findAuthority(configuration, params.uuid)
      const current = generationOf(authority, configuration, 'current')
      if (current === undefined)
        throw new AdminRefusal(404, [`Authority "${authority.name}" has no CA certificate yet.`])
      return [current.certificate, ...current.chain].map((der) => encodePem('CERTIFICATE', der)).join('')
    },
  })
}
