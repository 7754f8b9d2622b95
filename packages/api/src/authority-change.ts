import { type Static, Type } from 'typebox'
import { Authority, authorityUuid } from './authority.ts'
import { description, dryRun, NOTHING, newName, strictObject } from './field.ts'
import { NewCa } from './new-ca.ts'
import { NO_CONTENT, NO_CONTENT_UNLESS_DRY, route } from './route.ts'

/** What a kind's own schema says (`GET /v1/authorityKinds`), so the server checks it there. */
const settings = Type.Record(Type.String(), Type.Unknown(), { rule: 'must be an object' })

export const NewAuthority = strictObject({
  /** In the addresses of its CRL and certificates, so it never changes. */
  name: newName(),
  description: Type.Optional(description),
  kind: Type.Optional(Type.String({ maxLength: 50, rule: 'must be one of those that GET /v1/authorityKinds lists' })),
  enabled: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
  settings: Type.Optional(settings),
  /** Of a kind whose CA is here. */
  ca: Type.Optional(NewCa),
})
export type NewAuthority = Static<typeof NewAuthority>

export const AuthorityUpdate = strictObject({
  description: Type.Optional(description),
  /** All of them: one that is left out gets its default. A secret that is left out is kept; null clears it. */
  settings: Type.Optional(settings),
})
export type AuthorityUpdate = Static<typeof AuthorityUpdate>

export const createAuthority = route({
  method: 'POST',
  path: '/v1/authorities',
  permission: 'authority.create',
  summary: 'Makes an authority: a root, a CA that another one is to certify, or one that exists already',
  params: NOTHING,
  query: NOTHING,
  body: NewAuthority,
  answer: { status: 201, type: 'application/json', schema: Authority },
})

export const updateAuthority = route({
  method: 'PUT',
  path: '/v1/authorities/:uuid',
  permission: 'authority.update',
  summary: 'Changes description and settings; what is left out stays',
  params: authorityUuid,
  query: NOTHING,
  body: AuthorityUpdate,
  answer: { status: 200, type: 'application/json', schema: Authority },
})

export const enableAuthority = route({
  method: 'PATCH',
  path: '/v1/authorities/:uuid/enable',
  permission: 'authority.update',
  summary: 'Lets devices enrol through it again',
  params: authorityUuid,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})

export const disableAuthority = route({
  method: 'PATCH',
  path: '/v1/authorities/:uuid/disable',
  permission: 'authority.update',
  summary: 'Refuses devices; CRL and CA certificates go on being published',
  params: authorityUuid,
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})

export const deleteAuthority = route({
  method: 'DELETE',
  path: '/v1/authorities/:uuid',
  permission: 'authority.delete',
  summary:
    'Deletes an authority that no RA profile uses and that has issued nothing to a device; its keys are destroyed',
  params: authorityUuid,
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})
