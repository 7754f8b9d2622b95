import { type Static, Type } from 'typebox'
import { NOTHING, nameParam, nullable, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

/** Bounds and defaults of a one-time challenge, for the server and for whoever fills in a form. */
export const CHALLENGE_LIMITS = {
  uses: { minimum: 1, default: 1, maximum: 10_000 },
  ttlSeconds: { minimum: 60, default: 3_600, maximum: 30 * 24 * 3_600 },
  subjectAltNames: { maximum: 100 },
  /** Of one call. */
  challenges: { maximum: 1000 },
} as const

const { uses, ttlSeconds, subjectAltNames, challenges } = CHALLENGE_LIMITS

export const NewChallenge = strictObject({
  uses: Type.Optional(
    Type.Integer({
      minimum: uses.minimum,
      maximum: uses.maximum,
      rule: `must be a whole number from ${uses.minimum} to ${uses.maximum}`,
    }),
  ),
  ttlSeconds: Type.Optional(
    Type.Integer({
      minimum: ttlSeconds.minimum,
      maximum: ttlSeconds.maximum,
      rule: `must be a whole number of seconds from ${ttlSeconds.minimum} (a minute) to ${ttlSeconds.maximum} (30 days)`,
    }),
  ),
  /** RFC 4514; left out or null: any subject. */
  subject: Type.Optional(
    nullable(Type.String({ minLength: 1, maxLength: 2_000 }), {
      rule: 'must be a distinguished name such as "CN=printer1,O=Example", or null for any',
    }),
  ),
  /** Such as `DNS:printer1.example`; null: any. Left out: none for a challenge that is for one subject, else any. */
  subjectAltNames: Type.Optional(
    nullable(Type.Array(Type.String({ minLength: 1, maxLength: 500 }), { maxItems: subjectAltNames.maximum }), {
      rule: `must be a list of at most ${subjectAltNames.maximum} names such as "DNS:printer1.example", or null for any`,
    }),
  ),
  /**
   * The challenge is also the password of the envelope, for a server whose key cannot decrypt (RFC 8894 §3.1): it is kept
   * sealed until it expires, and `scepUrl` names it.
   */
  password: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
})
export type NewChallenge = Static<typeof NewChallenge>

export const CreatedChallenge = Type.Object({
  uuid: Type.String(),
  /** Shown this once. */
  challenge: Type.String(),
  scepProfile: Type.String(),
  uses: Type.Integer(),
  expiresAt: Type.String(),
  subject: nullable(Type.String()),
  subjectAltNames: nullable(Type.Array(Type.String())),
  /** Where the device enrols. */
  scepUrl: Type.String(),
  /** SHA-256 of the CA certificate, lower-case hexadecimal. */
  caFingerprint: Type.String(),
})
export type CreatedChallenge = Static<typeof CreatedChallenge>

export const createChallenge = route({
  method: 'POST',
  path: '/v1/scepProfiles/:uuid/challenges',
  permission: 'challenge.create',
  scoped: true,
  summary: 'Makes a one-time challenge',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: NewChallenge,
  answer: { status: 201, type: 'application/json', schema: CreatedChallenge },
})

export const createChallenges = route({
  method: 'POST',
  path: '/v1/scepProfiles/:uuid/challenges/bulk',
  permission: 'challenge.create',
  scoped: true,
  summary: 'Makes many one-time challenges, all or none; the answer has them in the order of the wishes',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: Type.Array(NewChallenge, {
    minItems: 1,
    maxItems: challenges.maximum,
    rule: `must be a list of 1 to ${challenges.maximum} challenges`,
  }),
  answer: { status: 201, type: 'application/json', schema: Type.Array(CreatedChallenge) },
})

export const createChallengeByName = route({
  method: 'POST',
  path: '/v1/challenges/:scepProfileName',
  permission: 'challenge.create',
  scoped: true,
  summary: 'Makes a one-time challenge and answers its text alone, for device management systems',
  params: strictObject({ scepProfileName: nameParam }),
  query: NOTHING,
  body: NewChallenge,
  answer: { status: 201, type: 'text/plain', schema: Type.String() },
})
