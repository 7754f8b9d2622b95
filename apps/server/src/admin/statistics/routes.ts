import { getStatistics, STATISTICS_STEPS, type Statistics } from '@chancery/api'
import { parseCertificate } from '@chancery/pki'
import type { Configuration } from '@chancery/ra'
import { ENDS } from '@chancery/store'
import type { FastifyInstance } from 'fastify'
import { type Asking, narrow, reaches } from '../../auth/reach.ts'
import type { ServerContext } from '../../context.ts'
import { SCEP } from '../../statistics/hour-counter.ts'
import { type Served, serve } from '../serve.ts'
import { rangeOf } from './range.ts'
import { refusalsOf, requestsOf, scepProfilesOf } from './requests.ts'
import { type Population, standingOf } from './standing.ts'

const DAY_SECONDS = 86_400
/** Certificates end between these, whatever a clock says. */
const ALWAYS = { from: new Date(0), to: new Date('9999-12-31T23:59:59Z') }

export function statisticsRoutes(scope: FastifyInstance, served: Served): void {
  const { store, snapshots, now } = served.context

  serve(scope, served, getStatistics, {
    async handle({ query, caller }) {
      const asking = { caller, permission: 'statistics.read' as const }
      const range = rangeOf(query, now())
      const { configuration } = await snapshots.current()
      const [counts, ends, revoked] = await Promise.all([
        store.statistics.read({ metric: SCEP, ...range, bucketSeconds: STATISTICS_STEPS[range.by] }),
        store.statistics.read({ metric: ENDS, ...ALWAYS, bucketSeconds: DAY_SECONDS }),
        store.statistics.revoked(now()),
      ])
      const inReach = narrow(asking, counts, ({ labels }) => ({ scepProfile: labels.scepProfile }))
      return {
        from: range.from.toISOString(),
        to: range.to.toISOString(),
        by: range.by,
        certificates: certificatesOf({ ends, revoked }, configuration, asking, now()),
        requests: requestsOf(inReach),
        refusals: refusalsOf(inReach),
        byScepProfile: scepProfilesOf(inReach),
        waiting: await waitingIn(configuration, asking, served.context),
        ends: reaches(asking, {}) ? endsOf(configuration) : [],
      }
    },
  })
}

function certificatesOf(
  population: Population,
  { raProfiles }: Configuration,
  asking: Asking,
  now: Date,
): Statistics['certificates'] {
  const inReach = narrow(asking, raProfiles, ({ name }) => ({ raProfile: name })).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  const ids = new Set<number | null>(inReach.map(({ id }) => id))
  // Who reaches everything sees those of deleted profiles, too.
  const isMeant = reaches(asking, {}) ? undefined : (id: number | null) => ids.has(id)
  return {
    all: standingOf(population, now, isMeant),
    byRaProfile: inReach.map(({ id, name }) => ({
      raProfile: name,
      ...standingOf(population, now, (raProfileId) => raProfileId === id),
    })),
  }
}

async function waitingIn(
  { scepProfiles }: Configuration,
  asking: Asking,
  { store, now }: ServerContext,
): Promise<Statistics['waiting']> {
  const everywhere = reaches(asking, {})
  const profiles = everywhere
    ? [undefined]
    : narrow(asking, scepProfiles, ({ name }) => ({ scepProfile: name })).map(({ id }) => id)
  const count = async (authenticated: boolean) => {
    const counts = profiles.map((scepProfileId) => store.approvals.count({ authenticated, scepProfileId }, now()))
    return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0)
  }
  return { authenticated: await count(true), unauthenticated: await count(false) }
}

function endsOf({ issuers, authorities, raCertificates, scepProfiles }: Configuration): Statistics['ends'] {
  const nameOf = (rows: readonly { readonly id: number; readonly name: string }[], wanted: number) =>
    rows.find(({ id }) => id === wanted)?.name
  const cas = issuers.flatMap(({ authorityId, generation, certificate }) => {
    const name = nameOf(authorities, authorityId)
    return name === undefined ? [] : [{ kind: 'ca' as const, name, generation, notAfter: endOf(certificate) }]
  })
  const ras = raCertificates.flatMap(({ scepProfileId, state, certificate }) => {
    const name = nameOf(scepProfiles, scepProfileId)
    if (name === undefined || state === 'retired') return []
    return [{ kind: 'ra' as const, name, generation: null, notAfter: endOf(certificate) }]
  })
  return [...cas, ...ras].toSorted((a, b) => (a.notAfter < b.notAfter ? -1 : 1))
}

function endOf(certificate: Buffer): string {
  return parseCertificate(certificate).notAfter.toISOString()
}
