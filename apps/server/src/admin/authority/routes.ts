import { activateNextCa, getAuthority, listAuthorities, prepareNextCa, withdrawNextCa } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { told } from '../../audit/difference.ts'
import { issuerDeed, switchOverDeed } from '../../audit/issuer-deed.ts'
import type { Caller } from '../../auth/caller.ts'
import { nextIssuer } from '../../rollover/next-issuer.ts'
import { switchOverTo, withdrawalOf } from '../../rollover/stepping-back.ts'
import { type Served, serve } from '../serve.ts'
import { authorityCertificateRoutes } from './certificate-routes.ts'
import { type Changed, changeAuthority, findAuthority } from './change.ts'
import { authorityServiceRoutes } from './service-routes.ts'
import { authorityStatusRoutes } from './status-routes.ts'
import { timeOf } from './time-of.ts'
import { authorityToWire } from './to-wire.ts'

const VALIDITY_YEARS = 10

export function authorityRoutes(scope: FastifyInstance, served: Served): void {
  authorityServiceRoutes(scope, served)
  authorityCertificateRoutes(scope, served)
  authorityStatusRoutes(scope, served)
  const { context } = served
  const { snapshots, store, log, now, config } = context
  const done = ({ authority, configuration }: Changed, caller: Caller, what: string) => {
    log.info({ authority: authority.name, version: configuration.version, caller: caller.name }, what)
    return authorityToWire(authority, configuration)
  }

  serve(scope, served, listAuthorities, {
    async handle() {
      const { configuration } = await snapshots.current()
      const authorities = configuration.authorities.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      return authorities.map((authority) => authorityToWire(authority, configuration))
    },
  })

  serve(scope, served, getAuthority, {
    async handle({ params }) {
      const { configuration } = await snapshots.current()
      return authorityToWire(findAuthority(configuration, params.uuid), configuration)
    },
  })

  serve(scope, served, prepareNextCa, {
    async handle({ params, body, caller }) {
      const order = {
        keyKind: body.keyType,
        years: body.validityYears ?? VALIDITY_YEARS,
        currentFrom: timeOf(body.currentFrom),
      }
      const changed = await changeAuthority(context, params.uuid, caller, {
        decide: (authority, configuration) =>
          nextIssuer(configuration, authority, order, { publicUrl: config.publicUrl, now: now() }),
        write: (next, version, audit) => store.configuration.addNextIssuer(next, version, audit),
        deed: ({ generation, currentFrom, certificate }, authority) =>
          issuerDeed('create', authority, { after: { generation, currentFrom, certificate: told(certificate) } }),
        conflict: 'Somebody else is preparing a next CA at this moment.',
      })
      return done(changed, caller, 'next CA prepared')
    },
    location: (_, { uuid }) => `/v1/authorities/${uuid}`,
  })

  serve(scope, served, activateNextCa, {
    async handle({ params, caller }) {
      const changed = await changeAuthority(context, params.uuid, caller, {
        decide: (authority, configuration) => switchOverTo(configuration, authority, now()),
        write: (change, version, audit) => store.configuration.switchOver(change, version, undefined, audit),
        deed: (change, authority, configuration) => switchOverDeed(change, authority, configuration),
        conflict: 'The next CA has taken over or was withdrawn at this moment.',
      })
      return done(changed, caller, 'next CA activated')
    },
  })

  serve(scope, served, withdrawNextCa, {
    async handle({ params, caller }) {
      const changed = await changeAuthority(context, params.uuid, caller, {
        decide: (authority, configuration) => withdrawalOf(configuration, authority, now()),
        write: (change, version, audit) => store.configuration.withdrawNextIssuer(change, version, audit),
        deed: ({ issuerId }, authority, { issuers }) =>
          issuerDeed('withdraw', authority, { generation: issuers.find(({ id }) => id === issuerId)?.generation }),
        conflict: 'The next CA has issued certificates to devices already, so it cannot be withdrawn. Activate it.',
      })
      return done(changed, caller, 'next CA withdrawn')
    },
  })
}
