import { type Static, Type } from 'typebox'
import { cursor, itemsPerPage, NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { Grant } from './grant.ts'
import { NO_CONTENT, route } from './route.ts'

/** Lower case, so that no two people differ by that alone; may be an e-mail address. */
const USER_NAME = {
  pattern: '^(?!expiry$)[a-z0-9][a-z0-9._@+-]{0,99}$',
  rule: 'must be 1 to 100 of the characters a-z, 0-9, ".", "_", "@", "+" and "-", and begin with a letter or a digit; expiry is reserved',
}

/**
 * Long rather than intricate (NIST SP 800-63B §3.1.1.2). The server refuses besides what everybody tries first, and the
 * name of the user.
 */
export const PASSWORD_LENGTH = { minimum: 12, maximum: 256 } as const

export const newPassword = Type.String({
  minLength: PASSWORD_LENGTH.minimum,
  maxLength: PASSWORD_LENGTH.maximum,
  rule: `must be text of ${PASSWORD_LENGTH.minimum} to ${PASSWORD_LENGTH.maximum} characters`,
  writeOnly: true,
})

const grants = Type.Array(Grant, { minItems: 1, maxItems: 50, rule: 'must be a list of 1 to 50 grants' })
const displayName = nullable(Type.String({ maxLength: 200 }), {
  rule: 'must be text of at most 200 characters, or null',
})
const email = nullable(Type.String({ pattern: '^[^\\s@<>]{1,200}@[^\\s@<>]{1,200}$' }), {
  rule: 'must be an e-mail address, or null',
})

export const User = Type.Object({
  uuid: Type.String(),
  name: Type.String(),
  displayName: nullable(Type.String()),
  email: nullable(Type.String()),
  grants: Type.Array(Grant),
  /** False: signs in nowhere, and every session is over. */
  enabled: Type.Boolean(),
  hasPassword: Type.Boolean(),
  /** The identity provider that signs this user in; null: none does. */
  identityIssuer: nullable(Type.String()),
  createdAt: Type.String(),
  lastSignInAt: nullable(Type.String()),
  /** The row stays, and so does the name: what was done is recorded under it. */
  deletedAt: nullable(Type.String()),
})
export type User = Static<typeof User>

export const UserPage = Type.Object({
  users: Type.Array(User),
  /** Null: this is the last page. */
  nextCursor: nullable(Type.String()),
})
export type UserPage = Static<typeof UserPage>

const settings = {
  displayName: Type.Optional(displayName),
  email: Type.Optional(email),
}

export const NewUser = strictObject({
  /** What deeds are signed with in log and decisions: it never changes, and is given to nobody else. */
  name: Type.String(USER_NAME),
  ...settings,
  grants,
  /** Left out: true. */
  enabled: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
})
export type NewUser = Static<typeof NewUser>

/** What is left out stays as it is. */
export const UserUpdate = strictObject({
  ...settings,
  grants: Type.Optional(grants),
  enabled: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
})
export type UserUpdate = Static<typeof UserUpdate>

export const SignInLink = Type.Object({
  /** Shown this once. */
  token: Type.String(),
  /** With the token behind `#`, so that it reaches the log of no proxy. */
  url: Type.String(),
  expiresAt: Type.String(),
})
export type SignInLink = Static<typeof SignInLink>

const uuid = strictObject({ uuid: uuidParam })

export const listUsers = route({
  method: 'GET',
  path: '/v1/users',
  permission: 'user.read',
  summary: 'The users, in the order in which they were made',
  params: NOTHING,
  query: strictObject({
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, rule: 'must be the name of a user' })),
    /** `true`: also those that were deleted. */
    deleted: Type.Optional(Type.Enum(['true', 'false'] as const, { rule: 'must be true or false' })),
    cursor: Type.Optional(cursor),
    itemsPerPage: Type.Optional(itemsPerPage),
  }),
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: UserPage },
})

export const getUser = route({
  method: 'GET',
  path: '/v1/users/:uuid',
  permission: 'user.read',
  summary: 'One user',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: User },
})

export const createUser = route({
  method: 'POST',
  path: '/v1/users',
  permission: 'user.create',
  summary: 'Makes a user with no more rights than the maker has; a sign-in link lets the person in',
  params: NOTHING,
  query: NOTHING,
  body: NewUser,
  answer: { status: 201, type: 'application/json', schema: User },
})

export const updateUser = route({
  method: 'PUT',
  path: '/v1/users/:uuid',
  permission: 'user.update',
  summary: 'Changes a user; what is left out stays, and whoever is disabled is signed out at once',
  params: uuid,
  query: NOTHING,
  body: UserUpdate,
  answer: { status: 200, type: 'application/json', schema: User },
})

export const deleteUser = route({
  method: 'DELETE',
  path: '/v1/users/:uuid',
  permission: 'user.delete',
  summary: 'Deletes a user, for good, and ends every session; the name is never given again',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})

export const createSignInLink = route({
  method: 'POST',
  path: '/v1/users/:uuid/signInLink',
  permission: 'user.update',
  summary: 'Makes a link that signs the user in once within 24 hours, to set a password; an earlier one is void',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: SignInLink },
})

export const setUserPassword = route({
  method: 'PUT',
  path: '/v1/users/:uuid/password',
  permission: 'user.update',
  summary: 'Sets the password of a user, or takes it away with null, and ends every session of this user',
  params: uuid,
  query: NOTHING,
  body: strictObject({
    password: nullable(newPassword, {
      rule: `must be text of ${PASSWORD_LENGTH.minimum} to ${PASSWORD_LENGTH.maximum} characters, or null`,
      writeOnly: true,
    }),
  }),
  answer: NO_CONTENT,
})

export const endSessionsOfUser = route({
  method: 'DELETE',
  path: '/v1/users/:uuid/sessions',
  permission: 'session.revoke',
  summary: 'Signs a user out everywhere',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})
