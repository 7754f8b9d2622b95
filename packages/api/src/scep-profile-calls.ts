import { type Static, Type } from 'typebox'
import { dryRun, itemsPerPage, NOTHING, nullable, strictObject, uuidList, uuidParam } from './field.ts'
import { NO_CONTENT, NO_CONTENT_UNLESS_DRY, route } from './route.ts'
import { CaCertificate, ScepProfile, ScepProfileCreate, ScepProfileUpdate } from './scep-profile.ts'

const pageNumber = Type.String({ pattern: '^[1-9][0-9]{0,5}$', rule: 'must be a whole number from 1' })
const uuid = strictObject({ uuid: uuidParam })

export const listScepProfiles = route({
  method: 'GET',
  path: '/v1/scepProfiles',
  permission: 'scepProfile.read',
  scoped: true,
  summary: 'All SCEP profiles, by name',
  params: NOTHING,
  query: strictObject({ pageNumber: Type.Optional(pageNumber), itemsPerPage: Type.Optional(itemsPerPage) }),
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Array(ScepProfile) },
})

export const getScepProfile = route({
  method: 'GET',
  path: '/v1/scepProfiles/:uuid',
  permission: 'scepProfile.read',
  scoped: true,
  summary: 'One SCEP profile',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: ScepProfile },
})

export const createScepProfile = route({
  method: 'POST',
  path: '/v1/scepProfiles',
  permission: 'scepProfile.create',
  summary: 'Makes a SCEP profile; it is disabled until it is enabled',
  params: NOTHING,
  query: NOTHING,
  body: ScepProfileCreate,
  answer: { status: 201, type: 'application/json', schema: ScepProfile },
})

export const updateScepProfile = route({
  method: 'PUT',
  path: '/v1/scepProfiles/:uuid',
  permission: 'scepProfile.update',
  scoped: true,
  summary: 'Changes a SCEP profile; a field that is left out keeps its value',
  params: uuid,
  query: strictObject({ dryRun }),
  body: ScepProfileUpdate,
  answer: { status: 200, type: 'application/json', schema: ScepProfile },
})

export const deleteScepProfile = route({
  method: 'DELETE',
  path: '/v1/scepProfiles/:uuid',
  permission: 'scepProfile.delete',
  summary: 'Deletes a SCEP profile with which SCEP is switched on for no RA profile',
  params: uuid,
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})

/** One that was not deleted, and why. */
export const NotDeleted = Type.Object({ uuid: Type.String(), name: nullable(Type.String()), message: Type.String() })
export type NotDeleted = Static<typeof NotDeleted>

export const deleteScepProfiles = route({
  method: 'DELETE',
  path: '/v1/scepProfiles/delete',
  permission: 'scepProfile.delete',
  summary: 'Deletes several SCEP profiles; answers those that could not be deleted',
  params: NOTHING,
  query: NOTHING,
  body: uuidList,
  answer: { status: 200, type: 'application/json', schema: Type.Array(NotDeleted) },
})

export const forceDeleteScepProfiles = route({
  method: 'DELETE',
  path: '/v1/scepProfiles/delete/force',
  permission: 'scepProfile.delete',
  summary: 'Deletes several SCEP profiles, and before that switches SCEP off for the RA profiles that use them',
  params: NOTHING,
  query: NOTHING,
  body: uuidList,
  answer: { status: 200, type: 'application/json', schema: Type.Array(NotDeleted) },
})

export const enableScepProfile = route({
  method: 'PATCH',
  path: '/v1/scepProfiles/:uuid/enable',
  permission: 'scepProfile.update',
  scoped: true,
  summary: 'Enables a SCEP profile',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})

export const disableScepProfile = route({
  method: 'PATCH',
  path: '/v1/scepProfiles/:uuid/disable',
  permission: 'scepProfile.update',
  scoped: true,
  summary: 'Disables a SCEP profile: its devices are refused',
  params: uuid,
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})

export const enableScepProfiles = route({
  method: 'PATCH',
  path: '/v1/scepProfiles/enable',
  permission: 'scepProfile.update',
  scoped: true,
  summary: 'Enables several SCEP profiles, or none where one is unknown',
  params: NOTHING,
  query: NOTHING,
  body: uuidList,
  answer: NO_CONTENT,
})

export const disableScepProfiles = route({
  method: 'PATCH',
  path: '/v1/scepProfiles/disable',
  permission: 'scepProfile.update',
  scoped: true,
  summary: 'Disables several SCEP profiles, or none where one is unknown',
  params: NOTHING,
  query: strictObject({ dryRun }),
  body: uuidList,
  answer: NO_CONTENT_UNLESS_DRY,
})

export const setDefaultRaProfile = route({
  method: 'PATCH',
  path: '/v1/scepProfiles/:uuid/raProfiles/:raProfileUuid',
  permission: 'scepProfile.update',
  scoped: true,
  summary: "Sets the default RA profile, to which the SCEP profile's own URL leads",
  params: strictObject({ uuid: uuidParam, raProfileUuid: uuidParam }),
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})

export const makeDefaultScepProfile = route({
  method: 'PATCH',
  path: '/v1/scepProfiles/:uuid/default',
  permission: 'scepProfile.update',
  summary: 'Makes it, and no other, the SCEP profile that answers the conventional addresses such as /scep',
  params: uuid,
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})

export const listCaCertificates = route({
  method: 'GET',
  path: '/v1/scepProfiles/caCertificates',
  permission: 'scepProfile.read',
  summary: 'Certificates with a key of ours that may be the CA certificate of a SCEP profile',
  params: NOTHING,
  query: strictObject({
    /** `true`: only those that Intune's clients take, which are RSA. */
    intuneEnabled: Type.Optional(Type.Enum(['true', 'false'] as const, { rule: 'must be true or false' })),
  }),
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Array(CaCertificate) },
})
