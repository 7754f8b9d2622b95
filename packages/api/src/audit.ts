import { type Static, Type } from 'typebox'
import { cursor, itemsPerPage, NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { fileAnswer, route } from './route.ts'

const ACTOR_KINDS = ['user', 'token', 'socket', 'environment', 'device', 'job', 'nobody'] as const
const OUTCOMES = ['done', 'refused', 'failed'] as const

/** Who did what to what. */
export const AuditEvent = Type.Object({
  uuid: Type.String(),
  /** Its place in the chain; null: it gets one within seconds. */
  seq: nullable(Type.Integer()),
  at: Type.String(),
  actor: Type.Object({
    kind: Type.String(),
    /** Of a user, a token or a job; of a device, the digest of its signer. */
    name: Type.String(),
    role: nullable(Type.String()),
    /** Address it came from. */
    source: nullable(Type.String()),
  }),
  /** `noun.verb`, as permissions are written. */
  action: Type.String(),
  object: nullable(Type.Object({ kind: Type.String(), uuid: nullable(Type.String()), name: nullable(Type.String()) })),
  /** `refused`: it was not allowed; `failed`: it was meant to be done and could not. */
  outcome: Type.String(),
  correlationId: nullable(Type.String()),
  /** Before and after, and what else belongs to it; secrets are never in it. */
  detail: Type.Unknown(),
})
export type AuditEvent = Static<typeof AuditEvent>

const text = (maxLength: number) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, rule: `must be text of 1 to ${maxLength} characters` }))

const time = Type.Optional(
  Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?(Z|[+-]\\d{2}:\\d{2}))?$',
    rule: 'must be a date such as 2026-03-01, or a time such as 2026-03-01T12:00:00Z',
  }),
)

/** What a list and an export are narrowed by; each that is given must fit. */
const filter = {
  actor: text(200),
  actorKind: Type.Optional(Type.Enum(ACTOR_KINDS, { rule: `must be one of ${ACTOR_KINDS.join(', ')}` })),
  /** `token.create`, or `token.` for everything about tokens. */
  action: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z]{1,40}\\.[A-Za-z]{0,40}$',
      rule: 'must be noun.verb, or "noun." for all of a noun',
    }),
  ),
  objectKind: Type.Optional(Type.String({ pattern: '^[A-Za-z]{1,40}$', rule: 'must be a noun such as scepProfile' })),
  objectUuid: Type.Optional(uuidParam),
  objectName: text(1000),
  outcome: Type.Optional(Type.Enum(OUTCOMES, { rule: `must be one of ${OUTCOMES.join(', ')}` })),
  source: text(100),
  correlationId: text(100),
  transactionId: text(255),
  from: time,
  /** Not itself. */
  to: time,
  /** Somewhere in the name of whoever did it or of what it was done to. */
  q: text(200),
}

export const listAuditEvents = route({
  method: 'GET',
  path: '/v1/auditLogs',
  permission: 'audit.read',
  summary: 'Who did what to what, the newest first',
  params: NOTHING,
  query: strictObject({
    ...filter,
    cursor: Type.Optional(cursor),
    itemsPerPage: Type.Optional(itemsPerPage),
  }),
  body: undefined,
  answer: {
    status: 200,
    type: 'application/json',
    schema: Type.Object({
      events: Type.Array(AuditEvent),
      /** Null: this is the last page. A page may be short, or empty, and still have a next one. */
      nextCursor: nullable(Type.String()),
    }),
  },
})

export const getAuditEvent = route({
  method: 'GET',
  path: '/v1/auditLogs/:uuid',
  permission: 'audit.read',
  summary: 'One event',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: AuditEvent },
})

export const AUDIT_EXPORT_FORMATS = ['csv', 'jsonl'] as const
export type AuditExportFormat = (typeof AUDIT_EXPORT_FORMATS)[number]

export const exportAuditEvents = route({
  method: 'GET',
  path: '/v1/auditLogs/export',
  permission: 'audit.read',
  summary: 'All events that fit, as one file; the export is an event itself',
  params: NOTHING,
  query: strictObject({
    ...filter,
    format: Type.Optional(
      Type.Enum(AUDIT_EXPORT_FORMATS, { rule: `must be one of ${AUDIT_EXPORT_FORMATS.join(', ')}` }),
    ),
  }),
  body: undefined,
  answer: fileAnswer('text/csv', 'application/jsonl'),
})
