import { type Static, Type } from 'typebox'
import { cursor, itemsPerPage, NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { Grant } from './grant.ts'
import { freeRoute, NO_CONTENT, route } from './route.ts'
import { newPassword } from './user.ts'

/** Who asks, and what for: of somebody signed in, of a token, of whoever is beside the server. */
export const WhoAmI = Type.Object({
  /** `user`, `token`, `socket` or `environment`. */
  kind: Type.String(),
  name: Type.String(),
  displayName: nullable(Type.String()),
  grants: Type.Array(Grant),
  /** Of all grants together, be it for some profiles only. */
  rights: Type.Array(Type.String()),
  /** `password`, `link`, `oidc`: how the session was begun; `certificate`, `token`: what the request showed; null: it came over the socket. */
  method: nullable(Type.String()),
  /** The session ends then; sooner if it is not used for an hour. Null: there is none. */
  expiresAt: nullable(Type.String()),
  /** Whether a password signs this person in. */
  hasPassword: Type.Boolean(),
})
export type WhoAmI = Static<typeof WhoAmI>

export const Session = Type.Object({
  uuid: Type.String(),
  user: Type.String(),
  method: Type.String(),
  /** `live`, or why it opens nothing. */
  state: Type.Enum(['live', 'revoked', 'expired', 'idle', 'userDisabled'] as const),
  /** Address that it was begun from. */
  source: nullable(Type.String()),
  userAgent: nullable(Type.String()),
  createdAt: Type.String(),
  expiresAt: Type.String(),
  /** To the minute. */
  lastUsedAt: Type.String(),
  revokedAt: nullable(Type.String()),
})
export type Session = Static<typeof Session>

export const SessionPage = Type.Object({
  sessions: Type.Array(Session),
  /** Null: this is the last page. */
  nextCursor: nullable(Type.String()),
})
export type SessionPage = Static<typeof SessionPage>

const shownText = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, rule: `must be text of 1 to ${maxLength} characters`, writeOnly: true })

const WHO = { status: 200, type: 'application/json', schema: WhoAmI } as const
const uuid = strictObject({ uuid: uuidParam })

export const signIn = freeRoute({
  method: 'POST',
  path: '/v1/session',
  access: 'open',
  summary: 'Signs a user in with a password; the answer sets a cookie',
  params: NOTHING,
  query: NOTHING,
  body: strictObject({
    name: Type.String({ minLength: 1, maxLength: 256, rule: 'must be text of 1 to 256 characters' }),
    password: shownText(256),
  }),
  answer: WHO,
})

export const signInByLink = freeRoute({
  method: 'POST',
  path: '/v1/session/link',
  access: 'open',
  summary: 'Signs a user in with what stands behind # in a one-time link, for an hour, to set a password',
  params: NOTHING,
  query: NOTHING,
  body: strictObject({ token: shownText(256) }),
  answer: WHO,
})

export const whoAmI = freeRoute({
  method: 'GET',
  path: '/v1/session',
  access: 'signed-in',
  summary: 'Who asks, and what they may do',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: WHO,
})

export const signOut = freeRoute({
  method: 'DELETE',
  path: '/v1/session',
  access: 'signed-in',
  summary: 'Ends the session that asks',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})

export const changePassword = freeRoute({
  method: 'PUT',
  path: '/v1/session/password',
  access: 'signed-in',
  summary: 'Sets the password of who asks, and ends their other sessions; `current` is left out after a one-time link',
  params: NOTHING,
  query: NOTHING,
  body: strictObject({ current: Type.Optional(shownText(256)), new: newPassword }),
  answer: NO_CONTENT,
})

export const listOtherSessions = freeRoute({
  method: 'GET',
  path: '/v1/session/others',
  access: 'signed-in',
  summary: 'Where else the person who asks is signed in; a token is nowhere',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Object({ sessions: Type.Array(Session) }) },
})

export const endOtherSessions = freeRoute({
  method: 'DELETE',
  path: '/v1/session/others',
  access: 'signed-in',
  summary: 'Signs the person who asks out everywhere else',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})

export const endOtherSession = freeRoute({
  method: 'DELETE',
  path: '/v1/session/others/:uuid',
  access: 'signed-in',
  summary: 'Ends one of the other sessions of the person who asks',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})

export const listSessions = route({
  method: 'GET',
  path: '/v1/sessions',
  permission: 'session.read',
  summary: 'Who is signed in, the newest first',
  params: NOTHING,
  query: strictObject({
    /** Name of a user. */
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 100, rule: 'must be the name of a user' })),
    /** `true`: also those that are over, as long as they are kept. */
    ended: Type.Optional(Type.Enum(['true', 'false'] as const, { rule: 'must be true or false' })),
    cursor: Type.Optional(cursor),
    itemsPerPage: Type.Optional(itemsPerPage),
  }),
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: SessionPage },
})

export const revokeSession = route({
  method: 'DELETE',
  path: '/v1/sessions/:uuid',
  permission: 'session.revoke',
  summary: 'Ends a session, on every node from its next request on',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})
