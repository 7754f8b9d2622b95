import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox'
import { NewAuthority } from './authority-change.ts'
import { CompatibilityUpdate } from './compatibility.ts'
import { nullable, type Rule, strictObject } from './field.ts'
import { RaProfileCreate } from './ra-profile.ts'
import { ScepProfileCreate } from './scep-profile.ts'

const nameOf = (what: string) => Type.String({ minLength: 1, maxLength: 100, rule: `must be the name of ${what}` })

const nameOrNull = (what: string) =>
  Type.Optional(
    nullable(Type.String({ minLength: 1, maxLength: 100 }), { rule: `must be the name of ${what}, or null` }),
  )

const onOrOff = Type.Optional(Type.Boolean({ rule: 'must be true or false' }))

/** What a file says of an authority. `ca` counts when it is made, and never again. */
export const SetupAuthority = bySecretReference(NewAuthority)
export type SetupAuthority = Static<typeof SetupAuthority>

const { attributes: _, ...raProfileFields } = RaProfileCreate.properties

export const SetupRaProfile = strictObject({
  ...raProfileFields,
  /** A new one needs it. */
  authority: Type.Optional(nameOf('an authority')),
  /** SCEP is switched on with it; null: switched off. */
  scepProfile: nameOrNull('a SCEP profile'),
})
export type SetupRaProfile = Static<typeof SetupRaProfile>

const {
  raProfileUuid: _raProfile,
  caCertificateUuid: _caCertificate,
  raCertificate: _raCertificate,
  enableChallengePassword: _enable,
  ...scepProfileFields
} = ScepProfileCreate.properties

export const SetupScepProfile = bySecretReference(
  strictObject({
    ...scepProfileFields,
    enabled: onOrOff,
    /** It answers the conventional addresses. */
    isDefault: Type.Optional(Type.Literal(true, { rule: 'must be true, or be left out' })),
    compatibility: Type.Optional(
      strictObject(CompatibilityUpdate.properties, { rule: 'must be an object with profile, overrides or both' }),
    ),
    /** The default RA profile. */
    raProfile: nameOrNull('an RA profile'),
    raCertificate: Type.Optional(
      strictObject(
        {
          authority: nameOrNull('an authority'),
          renewBeforeDays: ScepProfileCreate.properties.raCertificate.properties.renewBeforeDays,
        },
        { rule: 'must be an object with authority, renewBeforeDays or both' },
      ),
    ),
  }),
)
export type SetupScepProfile = Static<typeof SetupScepProfile>

/**
 * The same fields, but for secrets, which are objects with the looked-up text: a secret in the file itself has another form.
 * The type is that of the thing once its secrets are revealed.
 */
function bySecretReference<P extends TProperties>(schema: TObject<P>): TObject<P> {
  const properties = Object.fromEntries(
    Object.entries<TSchema>(schema.properties).map(([name, field]) => [name, referred(field)]),
  )
  // Made anew: copying a schema loses what it is.
  return strictObject(properties as P, ruleOf(schema))
}

function referred(field: TSchema): TSchema {
  const optional = (schema: TSchema) => (Type.IsOptional(field) ? Type.Optional(schema) : schema)
  if (Type.IsObject(field)) return optional(bySecretReference(field))
  const objectOrNull = Type.IsUnion(field) ? field.anyOf.find((one) => Type.IsObject(one)) : undefined
  if (objectOrNull !== undefined) return optional(nullable(bySecretReference(objectOrNull), ruleOf(field)))
  if ((field as { writeOnly?: boolean }).writeOnly !== true) return field
  const secret = nullable(strictObject({ secret: Type.String() }), {
    rule: 'must be written as {env: NAME} or {file: PATH}: no secret stands in the file',
  })
  return optional(secret)
}

function ruleOf(schema: TSchema): Partial<Rule> {
  const { rule } = schema as Partial<Rule>
  return rule === undefined ? {} : { rule }
}
