import { type Static, Type } from 'typebox'
import { moment, nullable, strictObject } from './field.ts'

/** Microsoft's clouds, and `custom` for one whose addresses are written down. */
export const INTUNE_CLOUDS = ['public', 'us-government', 'us-government-dod', 'china', 'custom'] as const
export const INTUNE_CREDENTIALS = ['secret', 'certificate'] as const
export const ASSERTION_ALGORITHMS = ['PS256', 'RS256'] as const
/** What a device hears while Intune cannot be asked: HTTP 503, or FAILURE. */
export const WHEN_UNREACHABLE = ['unavailable', 'failure'] as const
export const REVOCATION_FILTERS = ['none', 'issuer'] as const
/** Reasons that a certificate may be revoked for when Intune takes it back: for good, and none that is about a CA. */
export const INTUNE_REVOCATION_REASONS = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
] as const

const rule = (values: readonly string[]) => ({ rule: `must be one of ${values.join(', ')}` })

const url = nullable(Type.String({ minLength: 1, maxLength: 2000 }), {
  rule: 'must be a URL of at most 2000 characters, or null',
})

const FIELDS = {
  cloud: Type.Enum(INTUNE_CLOUDS, rule(INTUNE_CLOUDS)),
  /** Of a custom cloud, all three; null elsewhere. */
  authorityUrl: url,
  graphUrl: url,
  resourceUrl: url,
  /** `certificate`: the application key is the private key (PEM) of `certificate`, which is registered in Entra. */
  credential: Type.Enum(INTUNE_CREDENTIALS, rule(INTUNE_CREDENTIALS)),
  certificate: nullable(Type.String({ minLength: 1, maxLength: 16_384 }), {
    rule: 'must be a certificate in PEM of at most 16384 characters, or null',
  }),
  assertionAlgorithm: Type.Enum(ASSERTION_ALGORITHMS, rule(ASSERTION_ALGORITHMS)),
  /** When the client secret ends, as Entra said; null: nobody wrote it down. */
  secretExpiresAt: nullable(moment, { rule: 'must be a time such as 2027-03-01T12:00:00Z, a day, or null' }),
  whenUnreachable: Type.Enum(WHEN_UNREACHABLE, rule(WHEN_UNREACHABLE)),
  revocationReason: Type.Enum(INTUNE_REVOCATION_REASONS, rule(INTUNE_REVOCATION_REASONS)),
  /** `issuer`: only wishes for certificates of the profile's own CAs are collected. */
  revocationFilter: Type.Enum(REVOCATION_FILTERS, rule(REVOCATION_FILTERS)),
}

/** How Intune is reached for a SCEP profile, beside its tenant and application. */
export const Intune = Type.Object({
  ...FIELDS,
  /** Whether there is an application key; the key itself is never returned. */
  keySet: Type.Boolean(),
})
export type Intune = Static<typeof Intune>

/** Each field on its own: those that are left out keep their value. */
export const IntuneUpdate = strictObject(
  {
    cloud: Type.Optional(FIELDS.cloud),
    authorityUrl: Type.Optional(FIELDS.authorityUrl),
    graphUrl: Type.Optional(FIELDS.graphUrl),
    resourceUrl: Type.Optional(FIELDS.resourceUrl),
    credential: Type.Optional(FIELDS.credential),
    certificate: Type.Optional(FIELDS.certificate),
    assertionAlgorithm: Type.Optional(FIELDS.assertionAlgorithm),
    secretExpiresAt: Type.Optional(FIELDS.secretExpiresAt),
    whenUnreachable: Type.Optional(FIELDS.whenUnreachable),
    revocationReason: Type.Optional(FIELDS.revocationReason),
    revocationFilter: Type.Optional(FIELDS.revocationFilter),
  },
  { rule: 'must be an object of the fields to change' },
)
export type IntuneUpdate = Static<typeof IntuneUpdate>

/** What platforms of this kind call them: they stand beside the other fields of a SCEP profile. */
export const INTUNE_FIELDS = {
  enableIntune: Type.Boolean({ rule: 'must be true or false' }),
  /** GUID, or a verified domain. */
  intuneTenant: nullable(Type.String({ maxLength: 255 }), {
    rule: 'must be a tenant id or domain of at most 255 characters, or null',
  }),
  /** Of the app registration. */
  intuneApplicationId: nullable(Type.String({ maxLength: 255 }), {
    rule: 'must be an application (client) id, or null',
  }),
}

/** Client secret, or private key in PEM. Left out, null or empty: the one that is set is kept. */
export const intuneApplicationKey = nullable(Type.String({ maxLength: 16_384 }), {
  rule: 'must be text of at most 16384 characters, or null',
  writeOnly: true,
})
