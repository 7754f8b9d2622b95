import { type Static, Type } from 'typebox'
import { NOTHING, newName, nullable, strictObject, uuidParam } from './field.ts'
import { roleField, Scope } from './grant.ts'
import { NO_CONTENT, route } from './route.ts'

/** Bounds and default of the life of a token, for the server and for whoever fills in a form. */
export const TOKEN_LIFE = { minimum: 60, default: 90 * 86_400, maximum: 3_660 * 86_400 } as const

/** Whether a token opens anything, and if not, why. */
export const TOKEN_STATES = {
  usable: 'opens what its role opens',
  expired: 'its time is over',
  revoked: 'somebody has revoked it',
} as const

export type TokenState = keyof typeof TOKEN_STATES

export const Token = Type.Object({
  uuid: Type.String(),
  name: Type.String(),
  role: Type.String(),
  /** The profiles that it is good for; null: all. */
  scope: nullable(Scope),
  state: Type.Enum(Object.keys(TOKEN_STATES) as TokenState[]),
  /** Who made it: another token's name, `local socket` or `CHANCERY_ADMIN_TOKEN`. */
  maker: Type.String(),
  createdAt: Type.String(),
  /** Null: it does not end by itself. */
  expiresAt: nullable(Type.String()),
  revokedAt: nullable(Type.String()),
  /** To the minute. */
  lastUsedAt: nullable(Type.String()),
})
export type Token = Static<typeof Token>

export const CreatedToken = Type.Object({
  ...Token.properties,
  /** Shown this once. */
  token: Type.String(),
})
export type CreatedToken = Static<typeof CreatedToken>

export const NewToken = strictObject({
  /** What its deeds are signed with in log and decisions; the reserved ones are those of callers without a token. */
  name: newName('CHANCERY_ADMIN_TOKEN', 'expiry'),
  role: roleField,
  /** Left out or null: for all profiles, and for what belongs to none. */
  scope: Type.Optional(
    nullable(Scope, { rule: 'must be {scepProfiles: [], raProfiles: []} with names, or null for all profiles' }),
  ),
  /** Left out: 90 days; null: for good. */
  ttlSeconds: Type.Optional(
    nullable(Type.Integer({ minimum: TOKEN_LIFE.minimum, maximum: TOKEN_LIFE.maximum }), {
      rule: `must be a whole number of seconds from ${TOKEN_LIFE.minimum} (a minute) to ${TOKEN_LIFE.maximum} (ten years), or null for a token that does not expire`,
    }),
  ),
})
export type NewToken = Static<typeof NewToken>

const uuid = strictObject({ uuid: uuidParam })

export const listTokens = route({
  method: 'GET',
  path: '/v1/tokens',
  permission: 'token.read',
  summary: 'All API tokens, by name, also those that are over',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Array(Token) },
})

export const getToken = route({
  method: 'GET',
  path: '/v1/tokens/:uuid',
  permission: 'token.read',
  summary: 'One API token; never the secret itself',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Token },
})

export const createToken = route({
  method: 'POST',
  path: '/v1/tokens',
  permission: 'token.create',
  summary: 'Makes an API token with no more rights than its maker has, and shows it this once',
  params: NOTHING,
  query: NOTHING,
  body: NewToken,
  answer: { status: 201, type: 'application/json', schema: CreatedToken },
})

export const revokeToken = route({
  method: 'DELETE',
  path: '/v1/tokens/:uuid',
  permission: 'token.revoke',
  summary: 'Revokes an API token, for good and at once; one that is revoked already stays so',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})
