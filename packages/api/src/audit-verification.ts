import { type Static, Type } from 'typebox'
import { NOTHING, nullable, strictObject } from './field.ts'
import { route } from './route.ts'

/** At most so many heads are compared at once. */
export const MOST_HEADS = 2000

const headHex = Type.String({ pattern: '^[0-9a-fA-F]{64}$', rule: 'must be 64 hexadecimal digits' })

export const AuditHead = strictObject({
  seq: Type.Integer({ minimum: 1, rule: 'must be the number of an event' }),
  head: headHex,
})
export type AuditHead = Static<typeof AuditHead>

const Head = Type.Object({ seq: Type.Integer(), head: Type.String() })

export const AuditProblem = Type.Object({
  kind: Type.String(),
  /** Place in the chain; of several, the first and the last. */
  seq: nullable(Type.Integer()),
  lastSeq: nullable(Type.Integer()),
  uuid: nullable(Type.String()),
  segment: nullable(Type.Integer()),
  /** What is wrong, in a sentence. */
  message: Type.String(),
})
export type AuditProblem = Static<typeof AuditProblem>

export const AuditVerification = Type.Object({
  /** Nothing is wrong, as far as the heads that were given reach. */
  verified: Type.Boolean(),
  events: Type.Integer(),
  /** Where the chain begins, after retention removed what stood before; null: with the first event. */
  checkpoint: nullable(Head),
  /** Where it ends: to be kept out of reach of whoever can write the database. */
  head: Head,
  headsCompared: Type.Integer(),
  /** From before the checkpoint. */
  headsTooOld: Type.Integer(),
  /** Events that have no place in the chain yet. */
  unchained: Type.Object({ count: Type.Integer(), oldestAt: nullable(Type.String()) }),
  problemCount: Type.Integer(),
  /** The first hundred. */
  problems: Type.Array(AuditProblem),
})
export type AuditVerification = Static<typeof AuditVerification>

const answer = { status: 200, type: 'application/json', schema: AuditVerification } as const

export const verifyAuditLog = route({
  method: 'GET',
  path: '/v1/auditLogs/verification',
  permission: 'audit.read',
  summary: 'Verifies the whole audit log, against one head that was kept if it is given',
  params: NOTHING,
  query: strictObject({
    seq: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,14}$', rule: 'must be the number of an event' })),
    head: Type.Optional(headHex),
  }),
  body: undefined,
  answer,
})

export const verifyAuditLogWithHeads = route({
  method: 'POST',
  path: '/v1/auditLogs/verification',
  permission: 'audit.read',
  summary: 'Verifies the whole audit log against many heads that were kept; changes nothing',
  params: NOTHING,
  query: NOTHING,
  body: strictObject({
    heads: Type.Array(AuditHead, { maxItems: MOST_HEADS, rule: `must be a list of at most ${MOST_HEADS} heads` }),
  }),
  answer,
})
