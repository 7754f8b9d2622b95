import { type Static, Type } from 'typebox'
import { ACCESS_FIELDS } from './access.ts'
import { Attribute, attributeList } from './attribute.ts'
import { consequences, description, expiryDays, newName, nullable, strictObject, uuidParam } from './field.ts'
import { INTUNE_FIELDS, Intune, IntuneUpdate, intuneApplicationKey } from './intune.ts'
import { ENROLMENT_FIELDS, Renewal, RenewalUpdate } from './renewal.ts'
import { Webhook, WebhookUpdate } from './webhook.ts'

/** How a requester proves that it may ask. */
export const CHALLENGE_KINDS = ['none', 'static', 'one-time', 'webhook', 'intune'] as const
export type ChallengeKind = (typeof CHALLENGE_KINDS)[number]

const challengeKind = Type.Enum(CHALLENGE_KINDS, { rule: `must be one of ${CHALLENGE_KINDS.join(', ')}` })

/** What becomes of a first enrolment without a challenge. */
export const WITHOUT_CHALLENGE = ['refuse', 'wait'] as const
export type WithoutChallenge = (typeof WITHOUT_CHALLENGE)[number]

const withoutChallenge = Type.Enum(WITHOUT_CHALLENGE, { rule: `must be one of ${WITHOUT_CHALLENGE.join(', ')}` })

export const CaCertificate = Type.Object({
  uuid: Type.String(),
  /** RFC 4514. */
  subject: Type.String(),
  issuer: Type.String(),
  /** Hexadecimal. */
  serialNumber: Type.String(),
  notBefore: Type.String(),
  notAfter: Type.String(),
  /** SHA-256 over the DER, lower-case hexadecimal. */
  fingerprint: Type.String(),
  /** DER in base64. */
  certificateContent: Type.String(),
})
export type CaCertificate = Static<typeof CaCertificate>

/** Name of no SCEP profile: it is part of the address of every RA profile. */
export const RESERVED_SCEP_PROFILE_NAME = 'raProfile'

export const ScepProfile = Type.Object({
  uuid: Type.String(),
  name: Type.String(),
  description: nullable(Type.String()),
  enabled: Type.Boolean(),
  /** The default RA profile. */
  raProfile: nullable(
    Type.Object({
      uuid: Type.String(),
      name: Type.String(),
      enabled: Type.Boolean(),
      authorityInstanceUuid: Type.String(),
    }),
  ),
  issueCertificateAttributes: Type.Array(Attribute),
  /** What devices encrypt to and what signs the answers: at the profile's own URL where that leads somewhere. */
  caCertificate: nullable(CaCertificate),
  /** How it is renewed where it was issued for this profile. */
  raCertificate: Type.Object({
    /** Of the authority that issued it. */
    authorityUuid: nullable(Type.String()),
    /** Null: at two thirds of its life. */
    renewBeforeDays: nullable(Type.Integer()),
  }),
  renewThreshold: nullable(Type.Integer()),
  renewal: Renewal,
  ...ENROLMENT_FIELDS,
  includeCaCertificate: Type.Boolean(),
  includeCaCertificateChain: Type.Boolean(),
  /** Whether a static challenge is set; the challenge itself is never returned. */
  enableChallengePassword: Type.Boolean(),
  ...INTUNE_FIELDS,
  /** Null where Intune is off. */
  intune: nullable(Intune),
  customAttributes: Type.Array(Attribute),
  certificateAssociations: nullable(
    Type.Object({
      ownerUuid: nullable(Type.String()),
      groupUuids: Type.Array(Type.String()),
      customAttributes: Type.Array(Attribute),
    }),
  ),
  scepUrl: nullable(Type.String()),
  challengeKind,
  isDefault: Type.Boolean(),
  allowPolling: Type.Boolean(),
  withoutChallenge,
  /** Days after which a request without a challenge is over. */
  waitingExpiry: Type.Integer(),
  mostWaiting: Type.Integer(),
  mostWaitingPerSource: Type.Integer(),
  ...ACCESS_FIELDS,
  webhook: nullable(Webhook),
  /** Sentences about settings that work and are unwise. */
  warnings: Type.Array(Type.String()),
  /** Why its own URL, or that of an RA profile which it serves, is not served now: what devices are told there. */
  problems: Type.Array(Type.String()),
  consequences,
})
export type ScepProfile = Static<typeof ScepProfile>

/** What both a new one and a change take. */
const SETTINGS = {
  description: Type.Optional(description),
  raProfileUuid: Type.Optional(nullable(uuidParam, { rule: 'must be a UUID or null' })),
  issueCertificateAttributes: Type.Optional(attributeList),
  caCertificateUuid: Type.Optional(nullable(uuidParam, { rule: 'must be a UUID or null' })),
  raCertificate: Type.Optional(
    strictObject(
      {
        authorityUuid: Type.Optional(nullable(uuidParam, { rule: 'must be a UUID or null' })),
        renewBeforeDays: Type.Optional(
          nullable(Type.Integer({ minimum: 1, maximum: 3_650 }), {
            rule: 'must be a whole number of days from 1 to 3650, or null for the last third of its life',
          }),
        ),
      },
      { rule: 'must be an object with authorityUuid, renewBeforeDays or both' },
    ),
  ),
  renewalThreshold: Type.Optional(
    nullable(Type.Integer({ minimum: 0, maximum: 36_500 }), {
      rule: 'must be a whole number of days from 0 to 36500, or null for the second half of the validity',
    }),
  ),
  /** Fields in it that are left out keep their value, too. */
  renewal: Type.Optional(RenewalUpdate),
  firstEnrolments: Type.Optional(ENROLMENT_FIELDS.firstEnrolments),
  secondCertificate: Type.Optional(ENROLMENT_FIELDS.secondCertificate),
  includeCaCertificate: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
  includeCaCertificateChain: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
  /** Insists on a static challenge that is too weak for sealing messages with it. */
  allowWeakChallenge: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
  challengePassword: Type.Optional(
    nullable(Type.String({ maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' }), {
      rule: 'must be text of at most 255 characters without control characters, or null',
      writeOnly: true,
    }),
  ),
  enableChallengePassword: Type.Optional(
    nullable(Type.Boolean(), {
      rule: 'must be true (set or keep the static challenge), false (clear it) or null (keep it)',
    }),
  ),
  /** The same as challengeKind intune. */
  enableIntune: Type.Optional(INTUNE_FIELDS.enableIntune),
  intuneTenant: Type.Optional(INTUNE_FIELDS.intuneTenant),
  intuneApplicationId: Type.Optional(INTUNE_FIELDS.intuneApplicationId),
  intuneApplicationKey: Type.Optional(intuneApplicationKey),
  intune: Type.Optional(nullable(IntuneUpdate, { rule: 'must be an object of the fields to change, or null' })),
  customAttributes: Type.Optional(attributeList),
  certificateAssociations: Type.Optional(
    nullable(
      strictObject({
        ownerUuid: Type.Optional(nullable(uuidParam)),
        groupUuids: Type.Optional(Type.Array(uuidParam, { maxItems: 100 })),
        customAttributes: Type.Optional(attributeList),
      }),
      { rule: 'must be null or {ownerUuid, groupUuids: [], customAttributes: []}' },
    ),
  ),
  challengeKind: Type.Optional(challengeKind),
  allowPolling: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
  withoutChallenge: Type.Optional(withoutChallenge),
  waitingExpiry: Type.Optional(expiryDays),
  mostWaiting: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100_000, rule: 'must be a whole number from 1 to 100000' }),
  ),
  mostWaitingPerSource: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100_000, rule: 'must be a whole number from 1 to 100000' }),
  ),
  allowedNetworks: Type.Optional(ACCESS_FIELDS.allowedNetworks),
  requestsPerMinute: Type.Optional(ACCESS_FIELDS.requestsPerMinute),
  concurrentRequests: Type.Optional(ACCESS_FIELDS.concurrentRequests),
  /** null removes it with its key. */
  webhook: Type.Optional(
    nullable(WebhookUpdate, { rule: 'must be an object of the fields to change, or null to remove the webhook' }),
  ),
}

/** A new one is disabled. */
export const ScepProfileCreate = strictObject({ name: newName(RESERVED_SCEP_PROFILE_NAME), ...SETTINGS })
export type ScepProfileCreate = Static<typeof ScepProfileCreate>

export const ScepProfileUpdate = strictObject({
  ...SETTINGS,
  enabled: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
})
export type ScepProfileUpdate = Static<typeof ScepProfileUpdate>
