import { type Static, Type } from 'typebox'
import { cursor, itemsPerPage, NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { NO_CONTENT, route } from './route.ts'

/** Where a challenge stands, with what that means; for the server and for whoever shows it. */
export const CHALLENGE_STATES = {
  live: 'it can be used',
  used: 'all its uses are taken',
  expired: 'it was not used up in time',
  revoked: 'somebody withdrew it',
} as const

export type ChallengeState = keyof typeof CHALLENGE_STATES

/** A challenge without its text, which is shown once, when it is made. */
export const Challenge = Type.Object({
  uuid: Type.String(),
  scepProfile: Type.String(),
  state: Type.Enum(Object.keys(CHALLENGE_STATES) as ChallengeState[]),
  uses: Type.Integer(),
  remainingUses: Type.Integer(),
  /** RFC 4514; null: any. */
  subject: nullable(Type.String()),
  /** Such as `DNS:printer1.example`; null: any. */
  subjectAltNames: nullable(Type.Array(Type.String())),
  createdAt: Type.String(),
  expiresAt: Type.String(),
  revokedAt: nullable(Type.String()),
  /** Name of the API token that made it, or `local socket`. */
  maker: Type.String(),
  origin: Type.Union([Type.Literal('api'), Type.Literal('ndes-page')]),
  /** The newest ten. */
  usedBy: Type.Array(
    Type.Object({
      /** UUID, as the log names it. */
      transaction: Type.String(),
      /** `reserved`: it waits to be decided or signed; `returned`: it could not be signed, and the use was given back. */
      use: Type.Union([Type.Literal('reserved'), Type.Literal('spent'), Type.Literal('returned')]),
      at: Type.String(),
      /** Where the device asked, such as `scepProfile/default`; null once the transaction is forgotten. */
      endpoint: nullable(Type.String()),
      certificateUuid: nullable(Type.String()),
    }),
  ),
})
export type Challenge = Static<typeof Challenge>

const params = strictObject({ uuid: uuidParam, challengeUuid: uuidParam })

export const listChallenges = route({
  method: 'GET',
  path: '/v1/scepProfiles/:uuid/challenges',
  permission: 'challenge.read',
  scoped: true,
  summary: 'Challenges of a SCEP profile, the newest first',
  params: strictObject({ uuid: uuidParam }),
  query: strictObject({
    state: Type.Optional(
      Type.Enum(Object.keys(CHALLENGE_STATES) as ChallengeState[], {
        rule: `must be ${Object.keys(CHALLENGE_STATES).join(', ')}`,
      }),
    ),
    cursor: Type.Optional(cursor),
    itemsPerPage: Type.Optional(itemsPerPage),
  }),
  body: undefined,
  answer: {
    status: 200,
    type: 'application/json',
    schema: Type.Object({
      challenges: Type.Array(Challenge),
      /** Null: this is the last page. A page may be short, or empty, and still have a next one. */
      nextCursor: nullable(Type.String()),
    }),
  },
})

export const getChallenge = route({
  method: 'GET',
  path: '/v1/scepProfiles/:uuid/challenges/:challengeUuid',
  permission: 'challenge.read',
  scoped: true,
  summary: 'A challenge, and who used it',
  params,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Challenge },
})

export const revokeChallenge = route({
  method: 'DELETE',
  path: '/v1/scepProfiles/:uuid/challenges/:challengeUuid',
  permission: 'challenge.revoke',
  scoped: true,
  summary: 'Withdraws a challenge: nothing new is opened with it; again changes nothing',
  params,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})
