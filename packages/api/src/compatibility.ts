import { type Static, Type } from 'typebox'
import { NOTHING, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

export const Compatibility = Type.Object({
  /** The named set of switches that the profile starts from. */
  profile: Type.String(),
  /** The switches that an administrator set differently. */
  overrides: Type.Record(Type.String(), Type.Unknown()),
  /** Every switch with the value in force. */
  switches: Type.Array(
    Type.Object({
      name: Type.String(),
      title: Type.String(),
      meaning: Type.String(),
      /** The clients because of which it exists. */
      neededBy: Type.String(),
      /** What it may be set to: enough to draw a field. */
      values: Type.Union([
        Type.Object({ kind: Type.Literal('boolean') }),
        Type.Object({ kind: Type.Literal('choice'), of: Type.Array(Type.String()) }),
        Type.Object({ kind: Type.Literal('seconds'), minimum: Type.Integer(), maximum: Type.Integer() }),
      ]),
      value: Type.Unknown(),
      /** The value that the named set gives. */
      default: Type.Unknown(),
      overridden: Type.Boolean(),
    }),
  ),
  /** Every named set there is. */
  profiles: Type.Array(Type.Object({ name: Type.String(), title: Type.String(), meaning: Type.String() })),
})
export type Compatibility = Static<typeof Compatibility>

export const CompatibilityUpdate = strictObject({
  profile: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, rule: 'must be the name of a compatibility profile' }),
  ),
  /** Left out: the overrides stay. Given: these and no others. */
  overrides: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { rule: 'must be an object of switch names and values' }),
  ),
})
export type CompatibilityUpdate = Static<typeof CompatibilityUpdate>

export const getCompatibility = route({
  method: 'GET',
  path: '/v1/scepProfiles/:uuid/compatibility',
  permission: 'scepProfile.read',
  scoped: true,
  summary: 'The compatibility switches of a SCEP profile, with their meaning',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Compatibility },
})

export const updateCompatibility = route({
  method: 'PUT',
  path: '/v1/scepProfiles/:uuid/compatibility',
  permission: 'scepProfile.update',
  scoped: true,
  summary: 'Chooses a compatibility profile and sets single switches',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: CompatibilityUpdate,
  answer: { status: 200, type: 'application/json', schema: Compatibility },
})
