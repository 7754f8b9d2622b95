import { type Static, type TSchema, Type } from 'typebox'
import { NOTHING, strictObject } from './field.ts'
import { route } from './route.ts'
import { SetupAuthority, SetupRaProfile, SetupScepProfile } from './setup-item.ts'

/** Of the form below; a later one that means something else has another number. */
export const SETUP_FORM = 1

export const SETUP_NOUNS = ['authority', 'raProfile', 'scepProfile'] as const
export type SetupNoun = (typeof SETUP_NOUNS)[number]

const listOf = <S extends TSchema>(item: S, what: string) =>
  Type.Optional(Type.Array(item, { maxItems: 1000, rule: `must be a list of at most 1000 ${what}` }))

/**
 * Authorities and profiles as a file describes them: the fields are those of the REST bodies, references are names, and a
 * secret is `{secret: TEXT}`, looked up by whoever read the file.
 */
export const SetupDocument = strictObject(
  {
    chancery: Type.Literal(SETUP_FORM, { rule: `must be ${SETUP_FORM}, the form of this file` }),
    authorities: listOf(SetupAuthority, 'authorities'),
    raProfiles: listOf(SetupRaProfile, 'RA profiles'),
    scepProfiles: listOf(SetupScepProfile, 'SCEP profiles'),
  },
  { rule: 'must be a set-up document' },
)
export type SetupDocument = Static<typeof SetupDocument>

export const SetupStep = Type.Object({
  action: Type.Enum(['create', 'change', 'delete'] as const),
  noun: Type.Enum(SETUP_NOUNS),
  name: Type.String(),
  /** Of a change: the settings that get another value. */
  fields: Type.Array(Type.String()),
})
export type SetupStep = Static<typeof SetupStep>

export const SetupPlan = Type.Object({
  /** Of the configuration that the plan starts from. */
  version: Type.Integer(),
  /** None: the server is as the document says. */
  steps: Type.Array(SetupStep),
  /** What the change would mean for clients that are running, one sentence each. */
  consequences: Type.Array(Type.String()),
  /** What is there and not in the document. It stays, unless pruning is asked for. */
  unmanaged: Type.Array(Type.Object({ noun: Type.Enum(SETUP_NOUNS), name: Type.String() })),
})
export type SetupPlan = Static<typeof SetupPlan>

const prune = Type.Optional(Type.Boolean({ rule: 'must be true (delete what is not in the document) or false' }))

export const getSetup = route({
  method: 'GET',
  path: '/v1/setup',
  permission: 'setup.read',
  summary: 'The authorities and profiles as a set-up document, without their secrets',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: SetupDocument },
})

export const planSetup = route({
  method: 'POST',
  path: '/v1/setup/plan',
  permission: 'setup.apply',
  summary: 'What applying a set-up document would change; nothing is written',
  params: NOTHING,
  query: NOTHING,
  body: strictObject({ document: SetupDocument, prune }),
  answer: { status: 200, type: 'application/json', schema: SetupPlan },
})

export const applySetup = route({
  method: 'POST',
  path: '/v1/setup/apply',
  permission: 'setup.apply',
  summary: 'Makes the server what a set-up document says, in one commit or not at all',
  params: NOTHING,
  query: NOTHING,
  body: strictObject({
    document: SetupDocument,
    prune,
    /** Applied only if the plan that was looked at still holds. */
    version: Type.Optional(Type.Integer({ minimum: 1, rule: 'must be the version of the plan, a whole number' })),
  }),
  answer: { status: 200, type: 'application/json', schema: SetupPlan },
})
