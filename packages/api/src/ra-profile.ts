import { type Static, Type } from 'typebox'
import { Attribute, attributeList } from './attribute.ts'
import {
  consequences,
  description,
  dryRun,
  expiryDays,
  NOTHING,
  newName,
  nullable,
  strictObject,
  uuidList,
  uuidParam,
} from './field.ts'
import { Template, TemplateUpdate } from './ra-template.ts'
import { APPROVER_ROLES } from './role.ts'
import { NO_CONTENT, NO_CONTENT_UNLESS_DRY, route } from './route.ts'

const MOST_APPROVALS = 5

export const RaProfile = Type.Object({
  uuid: Type.String(),
  name: Type.String(),
  description: nullable(Type.String()),
  authorityInstanceUuid: Type.String(),
  authorityInstanceName: Type.String(),
  enabled: Type.Boolean(),
  attributes: Type.Array(Attribute),
  customAttributes: Type.Array(Attribute),
  /** `SCEP` where it is switched on. */
  enabledProtocols: Type.Array(Type.String()),
  /** Whether a person must agree before anything is issued. */
  approvalRequired: Type.Boolean(),
  /** Whether that is so for renewals too, for which the certificate vouches. */
  approvalOfRenewals: Type.Boolean(),
  /** Days after which a request that nobody decided upon is over. */
  approvalExpiry: Type.Integer(),
  /** How many must agree, each of them another one. */
  approvalsNeeded: Type.Integer(),
  /** Whose consent counts; null: that of everybody who may decide. */
  approvalRole: nullable(Type.Enum(APPROVER_ROLES)),
  /** What its certificates look like. */
  template: Template,
  consequences,
})
export type RaProfile = Static<typeof RaProfile>

const yesOrNo = Type.Optional(Type.Boolean({ rule: 'must be true or false' }))

/** What both a new one and a change take. */
const SETTINGS = {
  description: Type.Optional(description),
  enabled: yesOrNo,
  attributes: Type.Optional(attributeList),
  customAttributes: Type.Optional(attributeList),
  approvalRequired: yesOrNo,
  approvalOfRenewals: yesOrNo,
  approvalExpiry: Type.Optional(expiryDays),
  approvalsNeeded: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MOST_APPROVALS, rule: `must be a whole number from 1 to ${MOST_APPROVALS}` }),
  ),
  approvalRole: Type.Optional(
    nullable(Type.Enum(APPROVER_ROLES), {
      rule: `must be ${APPROVER_ROLES.join(' or ')}, or null for everybody who may decide`,
    }),
  ),
  template: Type.Optional(TemplateUpdate),
}

/** A new one is disabled unless `enabled` is true. */
export const RaProfileCreate = strictObject({ name: newName(), ...SETTINGS })
export type RaProfileCreate = Static<typeof RaProfileCreate>

export const RaProfileUpdate = strictObject({
  /** Moves it to another authority: from then on its devices get another CA. */
  authorityUuid: Type.Optional(uuidParam),
  ...SETTINGS,
})
export type RaProfileUpdate = Static<typeof RaProfileUpdate>

export const listRaProfiles = route({
  method: 'GET',
  path: '/v1/raProfiles',
  permission: 'raProfile.read',
  scoped: true,
  summary: 'All RA profiles, by name',
  params: NOTHING,
  query: strictObject({
    enabled: Type.Optional(Type.Enum(['true', 'false'] as const, { rule: 'must be true or false' })),
  }),
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Array(RaProfile) },
})

const uuid = strictObject({ uuid: uuidParam })

export const getRaProfile = route({
  method: 'GET',
  path: '/v1/raProfiles/:uuid',
  permission: 'raProfile.read',
  scoped: true,
  summary: 'One RA profile',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: RaProfile },
})

export const updateRaProfile = route({
  method: 'PUT',
  path: '/v1/raProfiles/:uuid',
  permission: 'raProfile.update',
  scoped: true,
  summary: 'Changes an RA profile; a field that is left out keeps its value',
  params: uuid,
  query: strictObject({ dryRun }),
  body: RaProfileUpdate,
  answer: { status: 200, type: 'application/json', schema: RaProfile },
})

export const deleteRaProfile = route({
  method: 'DELETE',
  path: '/v1/raProfiles/:uuid',
  permission: 'raProfile.delete',
  summary: 'Deletes an RA profile that no SCEP profile uses',
  params: uuid,
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})

export const enableRaProfile = route({
  method: 'PATCH',
  path: '/v1/raProfiles/:uuid/enable',
  permission: 'raProfile.update',
  scoped: true,
  summary: 'Enables an RA profile',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})

export const disableRaProfile = route({
  method: 'PATCH',
  path: '/v1/raProfiles/:uuid/disable',
  permission: 'raProfile.update',
  scoped: true,
  summary: 'Disables an RA profile: its devices are refused',
  params: uuid,
  query: strictObject({ dryRun }),
  body: undefined,
  answer: NO_CONTENT_UNLESS_DRY,
})

export const enableRaProfiles = route({
  method: 'PATCH',
  path: '/v1/raProfiles/enable',
  permission: 'raProfile.update',
  scoped: true,
  summary: 'Enables several RA profiles, or none where one is unknown',
  params: NOTHING,
  query: NOTHING,
  body: uuidList,
  answer: NO_CONTENT,
})

export const disableRaProfiles = route({
  method: 'PATCH',
  path: '/v1/raProfiles/disable',
  permission: 'raProfile.update',
  scoped: true,
  summary: 'Disables several RA profiles, or none where one is unknown',
  params: NOTHING,
  query: strictObject({ dryRun }),
  body: uuidList,
  answer: NO_CONTENT_UNLESS_DRY,
})
