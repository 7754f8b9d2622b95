import { type Static, Type } from 'typebox'
import { moment, NOTHING, nullable, strictObject } from './field.ts'
import { route } from './route.ts'

/** What a dashboard draws in steps, with the seconds of one. */
export const STATISTICS_STEPS = { hour: 3600, day: 86_400 } as const
export type StatisticsStep = keyof typeof STATISTICS_STEPS

/** More steps than a graph has room for. */
export const MOST_STEPS = 1000

const Standing = Type.Object({
  /** Neither ended nor taken back; those on hold are not in it. */
  valid: Type.Integer(),
  held: Type.Integer(),
  /** For good, and not ended yet. */
  revoked: Type.Integer(),
  expired: Type.Integer(),
  /** Of those that have not ended: how many do within so many days, whether or not they were renewed. */
  expiringIn7Days: Type.Integer(),
  expiringIn30Days: Type.Integer(),
  expiringIn90Days: Type.Integer(),
})

const Counted = Type.Object({ name: Type.String(), count: Type.Integer() })

export const Statistics = Type.Object({
  from: Type.String(),
  to: Type.String(),
  by: Type.Enum(Object.keys(STATISTICS_STEPS) as StatisticsStep[]),
  /** Certificates of devices; counted by the day on which they end, and a minute after they were issued. */
  certificates: Type.Object({
    all: Standing,
    byRaProfile: Type.Array(Type.Object({ raProfile: Type.String(), ...Standing.properties })),
  }),
  /** SCEP requests that asked for something to be decided, one row for each step in which there were some, the oldest first. */
  requests: Type.Array(
    Type.Object({
      at: Type.String(),
      issued: Type.Integer(),
      repeated: Type.Integer(),
      pending: Type.Integer(),
      refused: Type.Integer(),
      /** Our own fault, or too busy. */
      failed: Type.Integer(),
      /** Questions such as GetCert, and polls that were answered. */
      served: Type.Integer(),
    }),
  ),
  /** The most frequent first, of the whole range; reasons as `docs/errors` has them. */
  refusals: Type.Array(Counted),
  byScepProfile: Type.Array(
    Type.Object({ scepProfile: Type.String(), issued: Type.Integer(), refused: Type.Integer() }),
  ),
  /** Requests that wait for a person at this moment. */
  waiting: Type.Object({ authenticated: Type.Integer(), unauthenticated: Type.Integer() }),
  /** CAs and our own certificates, the first to end first. */
  ends: Type.Array(
    Type.Object({
      kind: Type.Union([Type.Literal('ca'), Type.Literal('ra')]),
      name: Type.String(),
      generation: nullable(Type.Integer()),
      notAfter: Type.String(),
    }),
  ),
})
export type Statistics = Static<typeof Statistics>

export const getStatistics = route({
  method: 'GET',
  path: '/v1/statistics',
  permission: 'statistics.read',
  scoped: true,
  summary: 'Counts for a dashboard: certificates by their standing, requests by hour or day, refusals by reason',
  params: NOTHING,
  query: strictObject({
    /** Left out: a day before `to` by hour, 30 days by day. */
    from: Type.Optional(moment),
    /** Left out: now. */
    to: Type.Optional(moment),
    by: Type.Optional(Type.Enum(Object.keys(STATISTICS_STEPS) as StatisticsStep[], { rule: 'must be hour or day' })),
  }),
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Statistics },
})
