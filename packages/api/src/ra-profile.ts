import { type Static, Type } from 'typebox'
import { expiryDays, NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

export const RaProfile = Type.Object({
  uuid: Type.String(),
  name: Type.String(),
  description: nullable(Type.String()),
  enabled: Type.Boolean(),
  /** Whether a person must agree before anything is issued. */
  approvalRequired: Type.Boolean(),
  /** Whether that is so for renewals too, for which the certificate vouches. */
  approvalOfRenewals: Type.Boolean(),
  /** Days after which a request that nobody decided upon is over. */
  approvalExpiry: Type.Integer(),
})
export type RaProfile = Static<typeof RaProfile>

export const RaProfileUpdate = strictObject({
  approvalRequired: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
  approvalOfRenewals: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
  approvalExpiry: Type.Optional(expiryDays),
})
export type RaProfileUpdate = Static<typeof RaProfileUpdate>

export const listRaProfiles = route({
  method: 'GET',
  path: '/v1/raProfiles',
  permission: 'raProfile.read',
  summary: 'All RA profiles, by name',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Array(RaProfile) },
})

export const getRaProfile = route({
  method: 'GET',
  path: '/v1/raProfiles/:uuid',
  permission: 'raProfile.read',
  summary: 'One RA profile',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: RaProfile },
})

export const updateRaProfile = route({
  method: 'PUT',
  path: '/v1/raProfiles/:uuid',
  permission: 'raProfile.update',
  summary: 'Changes an RA profile; a field that is left out keeps its value',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: RaProfileUpdate,
  answer: { status: 200, type: 'application/json', schema: RaProfile },
})
