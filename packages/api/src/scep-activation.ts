import { type Static, Type } from 'typebox'
import { Attribute, attributeList } from './attribute.ts'
import { consequences, dryRun, NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { NO_CONTENT_UNLESS_DRY, route } from './route.ts'

/** SCEP at an RA profile. */
export const ScepActivation = Type.Object({
  /** Of the SCEP profile with which it is switched on. */
  uuid: nullable(Type.String()),
  name: nullable(Type.String()),
  scepAvailable: Type.Boolean(),
  /** Where devices enrol. */
  url: nullable(Type.String()),
  issueCertificateAttributes: Type.Array(Attribute),
  consequences,
})
export type ScepActivation = Static<typeof ScepActivation>

export const ScepActivationOrder = strictObject({ issueCertificateAttributes: Type.Optional(attributeList) })
export type ScepActivationOrder = Static<typeof ScepActivationOrder>

const ofRaProfile = { authorityUuid: uuidParam, raProfileUuid: uuidParam }
const RA_PROFILE = '/v1/authorities/:authorityUuid/raProfiles/:raProfileUuid'

export const getScepActivation = route({
  method: 'GET',
  path: `${RA_PROFILE}/protocols/scep`,
  alsoAt: [`${RA_PROFILE}/scep`],
  permission: 'raProfile.read',
  scoped: true,
  summary: 'Whether SCEP is switched on for an RA profile, and where',
  params: strictObject(ofRaProfile),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: ScepActivation },
})

export const activateScep = route({
  method: 'PATCH',
  path: `${RA_PROFILE}/protocols/scep/activate/:scepProfileUuid`,
  alsoAt: [`${RA_PROFILE}/scep/activate/:scepProfileUuid`],
  permission: 'raProfile.update',
  scoped: true,
  summary: 'Switches SCEP on for an RA profile, with a SCEP profile',
  params: strictObject({ ...ofRaProfile, scepProfileUuid: uuidParam }),
  query: strictObject({ dryRun }),
  body: ScepActivationOrder,
  answer: { status: 200, type: 'application/json', schema: ScepActivation },
})

export const deactivateScep = route({
  method: 'PATCH',
  path: `${RA_PROFILE}/protocols/scep/deactivate`,
  alsoAt: [`${RA_PROFILE}/scep/deactivate`],
  permission: 'raProfile.update',
  scoped: true,
  summary: 'Switches SCEP off for an RA profile: devices that use its URL are refused',
  params: strictObject(ofRaProfile),
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})
