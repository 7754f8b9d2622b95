import { type Static, Type } from 'typebox'
import { expiryDays, itemsPerPage, NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { ENROLMENT_FIELDS, Renewal, RenewalUpdate } from './renewal.ts'
import { route } from './route.ts'

/** How a requester proves that it may ask. */
export const CHALLENGE_KINDS = ['none', 'static', 'one-time', 'webhook', 'intune'] as const
export type ChallengeKind = (typeof CHALLENGE_KINDS)[number]

const challengeKind = Type.Enum(CHALLENGE_KINDS, { rule: `must be one of ${CHALLENGE_KINDS.join(', ')}` })

/** What becomes of a first enrolment without a challenge. */
export const WITHOUT_CHALLENGE = ['refuse', 'wait'] as const
export type WithoutChallenge = (typeof WITHOUT_CHALLENGE)[number]

const withoutChallenge = Type.Enum(WITHOUT_CHALLENGE, { rule: `must be one of ${WITHOUT_CHALLENGE.join(', ')}` })

/** Old scripts send empty lists and nulls for what is not set; anything else would be dropped silently, so it is a fault. */
const emptyList = Type.Array(Type.Unknown(), {
  maxItems: 0,
  rule: 'must be an empty list: attributes are not supported yet',
})
const notYet = Type.Null({ rule: 'must be null or left out: this is not supported yet' })

const CaCertificate = Type.Object({
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
  issueCertificateAttributes: Type.Array(Type.Unknown()),
  /** What devices encrypt to and what signs the answers. */
  caCertificate: nullable(CaCertificate),
  renewThreshold: nullable(Type.Integer()),
  renewal: Renewal,
  ...ENROLMENT_FIELDS,
  includeCaCertificate: Type.Boolean(),
  includeCaCertificateChain: Type.Boolean(),
  /** Whether a static challenge is set; the challenge itself is never returned. */
  enableChallengePassword: Type.Boolean(),
  enableIntune: Type.Boolean(),
  intuneTenant: nullable(Type.String()),
  intuneApplicationId: nullable(Type.String()),
  customAttributes: Type.Array(Type.Unknown()),
  scepUrl: nullable(Type.String()),
  challengeKind,
  isDefault: Type.Boolean(),
  allowPolling: Type.Boolean(),
  withoutChallenge,
  /** Days after which a request without a challenge is over. */
  waitingExpiry: Type.Integer(),
  mostWaiting: Type.Integer(),
  mostWaitingPerSource: Type.Integer(),
  /** Sentences about settings that work and are unwise. */
  warnings: Type.Array(Type.String()),
})
export type ScepProfile = Static<typeof ScepProfile>

export const ScepProfileUpdate = strictObject({
  description: Type.Optional(
    nullable(Type.String({ maxLength: 300 }), { rule: 'must be text of at most 300 characters, or null' }),
  ),
  raProfileUuid: Type.Optional(nullable(uuidParam, { rule: 'must be a UUID or null' })),
  issueCertificateAttributes: Type.Optional(emptyList),
  caCertificateUuid: Type.Optional(nullable(uuidParam, { rule: 'must be a UUID or null' })),
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
    }),
  ),
  enableChallengePassword: Type.Optional(
    nullable(Type.Boolean(), {
      rule: 'must be true (set or keep the static challenge), false (clear it) or null (keep it)',
    }),
  ),
  enableIntune: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
  intuneTenant: Type.Optional(notYet),
  intuneApplicationId: Type.Optional(notYet),
  intuneApplicationKey: Type.Optional(notYet),
  customAttributes: Type.Optional(emptyList),
  certificateAssociations: Type.Optional(notYet),
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
})
export type ScepProfileUpdate = Static<typeof ScepProfileUpdate>

const pageNumber = Type.String({ pattern: '^[1-9][0-9]{0,5}$', rule: 'must be a whole number from 1' })

export const listScepProfiles = route({
  method: 'GET',
  path: '/v1/scepProfiles',
  permission: 'scepProfile.read',
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
  summary: 'One SCEP profile',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: ScepProfile },
})

export const updateScepProfile = route({
  method: 'PUT',
  path: '/v1/scepProfiles/:uuid',
  permission: 'scepProfile.update',
  summary: 'Changes a SCEP profile; a field that is left out keeps its value',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: ScepProfileUpdate,
  answer: { status: 200, type: 'application/json', schema: ScepProfile },
})
