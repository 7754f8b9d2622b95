import { type Static, Type } from 'typebox'
import { Decision } from './decision.ts'
import { cursor, itemsPerPage, NOTHING, nameParam, nullable, strictObject, timeParam, uuidParam } from './field.ts'
import { route } from './route.ts'

/** Where a transaction stands, with what that means; for the server and for whoever shows it. */
export const TRANSACTION_STATES = {
  received: 'who vouches for it has not said yet',
  awaiting_approval: 'somebody has to decide',
  ordered: 'the authority has yet to make the certificate',
  issued: 'the certificate was made',
  denied: 'refused by a person, or nobody decided in time',
  failed: 'the certificate could not be made',
  refused: 'refused by who was asked elsewhere',
} as const

export type TransactionStateName = keyof typeof TRANSACTION_STATES

const state = Type.Enum(Object.keys(TRANSACTION_STATES) as TransactionStateName[], {
  rule: `must be one of ${Object.keys(TRANSACTION_STATES).join(', ')}`,
})

/** One enrolment: what all messages about it have in common. */
export const Transaction = Type.Object({
  uuid: Type.String(),
  state,
  kind: Type.Union([Type.Literal('initial'), Type.Literal('renewal')]),
  /** As addressed, such as `scepProfile/default`. */
  endpoint: Type.String(),
  scepProfile: nullable(Type.String()),
  raProfile: nullable(Type.String()),
  /** As the device sent it; what cannot be printed is escaped. */
  transactionId: Type.String(),
  /** RFC 4514; null: not known before it waits for a person or is issued. */
  subject: nullable(Type.String()),
  /** Why it was denied. */
  reason: nullable(Type.String()),
  createdAt: Type.String(),
  changedAt: Type.String(),
  /** When a decision that is waited for comes too late. */
  expiresAt: nullable(Type.String()),
  certificateUuid: nullable(Type.String()),
  /** UUID of the transaction that took its place. */
  supersededBy: nullable(Type.String()),
})
export type Transaction = Static<typeof Transaction>

export const TransactionDetails = Type.Object({
  ...Transaction.properties,
  /** About its messages, the newest first, and a hundred at most. */
  decisions: Type.Array(Decision),
})
export type TransactionDetails = Static<typeof TransactionDetails>

export const listTransactions = route({
  method: 'GET',
  path: '/v1/transactions',
  permission: 'decision.read',
  scoped: true,
  summary: 'SCEP transactions, the newest first; all that is given must hold',
  params: NOTHING,
  query: strictObject({
    state: Type.Optional(state),
    transactionId: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, rule: 'must be text of 1 to 255 characters' }),
    ),
    /** A part of it, in any case of its letters. */
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 300, rule: 'must be text of 1 to 300 characters' })),
    /** Names. */
    scepProfile: Type.Optional(nameParam),
    raProfile: Type.Optional(nameParam),
    /** Begun from then on, and before. */
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
      transactions: Type.Array(Transaction),
      /** Null: this is the last page. A page may be short, or empty, and still have a next one. */
      nextCursor: nullable(Type.String()),
    }),
  },
})

export const getTransaction = route({
  method: 'GET',
  path: '/v1/transactions/:uuid',
  permission: 'decision.read',
  scoped: true,
  summary: 'A SCEP transaction, and what was decided about its messages',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: TransactionDetails },
})
