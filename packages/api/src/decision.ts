import { type Static, Type } from 'typebox'
import { cursor, itemsPerPage, NOTHING, nameParam, nullable, strictObject, timeParam, uuidParam } from './field.ts'
import { route } from './route.ts'

/** How a request ended, with what that means; for the server and for whoever shows it. */
export const DECISION_OUTCOMES = {
  issued: 'a certificate was issued',
  repeated: 'the certificate of an earlier message was sent again',
  polled: 'a certificate was sent to a device that asked what became of its request',
  pending: 'the device was told to ask again',
  served: 'a certificate or a CRL was sent that was asked for',
  refused: 'the device was refused, in a signed reply',
  rejected: 'nobody could be sent a signed reply',
  unavailable: 'the server could not answer; the device may ask again',
  failed: 'a fault of the server',
} as const

export type DecisionOutcome = keyof typeof DECISION_OUTCOMES

const outcome = Type.Enum(Object.keys(DECISION_OUTCOMES) as DecisionOutcome[], {
  rule: `must be one of ${Object.keys(DECISION_OUTCOMES).join(', ')}`,
})

/** What a check found. */
export const CHECK_VERDICTS = {
  passed: 'it was kept',
  refused: 'it was broken',
  undecided: 'nobody has said yet',
  waiting: 'a person has to agree',
  skipped: 'the rules of the profile do not ask for it',
} as const

const milliseconds = nullable(Type.Number())

export const Decision = Type.Object({
  uuid: Type.String(),
  at: Type.String(),
  /** That the device was told, and that the log has; null where only the number of messages was kept. */
  correlationId: nullable(Type.String()),
  /** As addressed, such as `scepProfile/default`; null where nothing is served. */
  endpoint: nullable(Type.String()),
  scepProfile: nullable(Type.String()),
  raProfile: nullable(Type.String()),
  messageType: nullable(Type.String()),
  outcome: Type.String(),
  /** Of a refusal; `docs/errors` has a page for each. */
  reason: nullable(Type.String()),
  failInfo: nullable(Type.String()),
  /** One sentence: what was decided, and why. */
  sentence: Type.String(),
  /** The page that tells the next step. */
  see: nullable(Type.String()),
  transactionUuid: nullable(Type.String()),
  /** As the device sent it; what cannot be printed is escaped. */
  transactionId: nullable(Type.String()),
  /** That was delivered, or else that signed. */
  certificateUuid: nullable(Type.String()),
  challengeUuid: nullable(Type.String()),
  /** RFC 4514, as it was asked for. */
  subject: nullable(Type.String()),
  /** The program whose habits the message has: a guess. */
  client: nullable(Type.String()),
  peer: nullable(Type.String()),
  /** How many messages it stands for: more than 1 where only the number was kept. */
  count: Type.Integer(),
})
export type Decision = Static<typeof Decision>

/** With everything that is known of it. */
export const DecisionDetails = Type.Object({
  ...Decision.properties,
  /** In the order in which they were asked. */
  checks: Type.Array(Type.Object({ check: Type.String(), verdict: Type.String(), detail: nullable(Type.String()) })),
  /** `challenge`, `certificate`, or null: nothing vouched for the request. */
  vouchedBy: nullable(Type.String()),
  /** Of HTTP. */
  status: nullable(Type.Integer()),
  milliseconds: Type.Object({ open: milliseconds, decide: milliseconds, seal: milliseconds, total: milliseconds }),
  octets: nullable(Type.Integer()),
  userAgent: nullable(Type.String()),
  /** What the client is recognised by. */
  habits: nullable(Type.String()),
  /** Digest of the key of a self-signed signer, or of the certificate that signed, in hexadecimal. */
  signer: nullable(Type.String()),
  algorithms: Type.Record(Type.String(), Type.String()),
  legacyAlgorithms: Type.Array(Type.String()),
})
export type DecisionDetails = Static<typeof DecisionDetails>

const text = (longest: number) =>
  Type.String({ minLength: 1, maxLength: longest, rule: `must be text of 1 to ${longest} characters` })

export const listDecisions = route({
  method: 'GET',
  path: '/v1/decisions',
  permission: 'decision.read',
  scoped: true,
  summary: 'What was decided about SCEP requests, the newest first; all that is given must hold',
  params: NOTHING,
  query: strictObject({
    /** That the device shows. */
    correlationId: Type.Optional(text(40)),
    transactionId: Type.Optional(text(255)),
    /** UUIDs. */
    transaction: Type.Optional(uuidParam),
    certificate: Type.Optional(uuidParam),
    challenge: Type.Optional(uuidParam),
    /** A part of it, in any case of its letters. */
    subject: Type.Optional(text(300)),
    peer: Type.Optional(text(60)),
    client: Type.Optional(text(100)),
    outcome: Type.Optional(outcome),
    reason: Type.Optional(text(60)),
    /** Names. */
    scepProfile: Type.Optional(nameParam),
    raProfile: Type.Optional(nameParam),
    /** From then on, and before. */
    from: Type.Optional(timeParam),
    to: Type.Optional(timeParam),
    cursor: Type.Optional(cursor),
    itemsPerPage: Type.Optional(itemsPerPage),
  }),
  body: undefined,
  answer: {
    status: 200,
    type: 'application/json',
    schema: Type.Object({
      decisions: Type.Array(Decision),
      /** Null: this is the last page. A page may be short, or empty, and still have a next one. */
      nextCursor: nullable(Type.String()),
    }),
  },
})

export const getDecision = route({
  method: 'GET',
  path: '/v1/decisions/:uuid',
  permission: 'decision.read',
  scoped: true,
  summary: 'What was decided about one request, with every check',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: DecisionDetails },
})
