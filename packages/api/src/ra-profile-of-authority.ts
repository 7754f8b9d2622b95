import { dryRun, NOTHING, strictObject, uuidParam } from './field.ts'
import { RaProfile, RaProfileCreate, RaProfileUpdate } from './ra-profile.ts'
import { NO_CONTENT, NO_CONTENT_UNLESS_DRY, route } from './route.ts'

/** An RA profile at the address below its authority; under another authority there is no such profile. */
const ofAuthority = strictObject({ authorityUuid: uuidParam, uuid: uuidParam })

export const createRaProfile = route({
  method: 'POST',
  path: '/v1/authorities/:authorityUuid/raProfiles',
  permission: 'raProfile.create',
  summary: 'Makes an RA profile of an authority',
  params: strictObject({ authorityUuid: uuidParam }),
  query: NOTHING,
  body: RaProfileCreate,
  answer: { status: 201, type: 'application/json', schema: RaProfile },
})

export const getRaProfileOfAuthority = route({
  method: 'GET',
  path: '/v1/authorities/:authorityUuid/raProfiles/:uuid',
  permission: 'raProfile.read',
  scoped: true,
  summary: 'One RA profile of an authority',
  params: ofAuthority,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: RaProfile },
})

export const updateRaProfileOfAuthority = route({
  method: 'PUT',
  path: '/v1/authorities/:authorityUuid/raProfiles/:uuid',
  permission: 'raProfile.update',
  scoped: true,
  summary: 'Changes an RA profile of an authority; a field that is left out keeps its value',
  params: ofAuthority,
  query: strictObject({ dryRun }),
  body: RaProfileUpdate,
  answer: { status: 200, type: 'application/json', schema: RaProfile },
})

export const deleteRaProfileOfAuthority = route({
  method: 'DELETE',
  path: '/v1/authorities/:authorityUuid/raProfiles/:uuid',
  permission: 'raProfile.delete',
  summary: 'Deletes an RA profile of an authority that no SCEP profile uses',
  params: ofAuthority,
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})

export const enableRaProfileOfAuthority = route({
  method: 'PATCH',
  path: '/v1/authorities/:authorityUuid/raProfiles/:uuid/enable',
  permission: 'raProfile.update',
  scoped: true,
  summary: 'Enables an RA profile of an authority',
  params: ofAuthority,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})

export const disableRaProfileOfAuthority = route({
  method: 'PATCH',
  path: '/v1/authorities/:authorityUuid/raProfiles/:uuid/disable',
  permission: 'raProfile.update',
  scoped: true,
  summary: 'Disables an RA profile of an authority: its devices are refused',
  params: ofAuthority,
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})
