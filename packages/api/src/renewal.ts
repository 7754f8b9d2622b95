import { type Static, type TProperties, Type } from 'typebox'
import { nullable, strictObject } from './field.ts'

export const RENEWAL_KEYS = ['any', 'new'] as const
export const RENEWAL_NAMES = ['subset', 'same'] as const
export const RENEWAL_CHALLENGES = ['ignored', 'checked', 'required'] as const
/** What a subject gets that has a valid certificate and enrols for another one. */
export const SECOND_CERTIFICATES = ['issue', 'refuse'] as const

const onOrOff = Type.Boolean({ rule: 'must be true or false' })

/** Fields of a SCEP profile's renewal rule, in full as it is shown. */
const FIELDS = {
  /** Off: RenewalReq is refused, and a certificate of the server's own counts for no more than a self-signed one. */
  enabled: onOrOff,
  /** Days after its end in which a certificate still gets a successor. */
  graceDays: Type.Integer({ minimum: 0, maximum: 3_650, rule: 'must be a whole number of days from 0 to 3650' }),
  /** Whether the successor may be for the same key. */
  key: Type.Enum(RENEWAL_KEYS, { rule: `must be one of ${RENEWAL_KEYS.join(', ')}` }),
  /** Whether subject alternative names may be dropped; none is ever added. */
  names: Type.Enum(RENEWAL_NAMES, { rule: `must be one of ${RENEWAL_NAMES.join(', ')}` }),
  /** Whether a challenge that comes along is looked at, or wanted. */
  challenge: Type.Enum(RENEWAL_CHALLENGES, { rule: `must be one of ${RENEWAL_CHALLENGES.join(', ')}` }),
  /** Days from the successor's issue to the revocation of its predecessor; null: it is not revoked. */
  revokePredecessorAfterDays: nullable(Type.Integer({ minimum: 1, maximum: 3_650 }), {
    rule: 'must be a whole number of days from 1 to 3650, or null for never',
  }),
}

export const Renewal = Type.Object(FIELDS)
export type Renewal = Static<typeof Renewal>

/** Each field on its own: those that are left out keep their value. */
export const RenewalUpdate = strictObject(
  {
    enabled: Type.Optional(FIELDS.enabled),
    graceDays: Type.Optional(FIELDS.graceDays),
    key: Type.Optional(FIELDS.key),
    names: Type.Optional(FIELDS.names),
    challenge: Type.Optional(FIELDS.challenge),
    revokePredecessorAfterDays: Type.Optional(FIELDS.revokePredecessorAfterDays),
  },
  { rule: 'must be an object of the fields to change' },
)
export type RenewalUpdate = Static<typeof RenewalUpdate>

/** Whom a SCEP profile serves beside those that renew. */
export const ENROLMENT_FIELDS = {
  /** Off: no new devices, renewals only. */
  firstEnrolments: onOrOff,
  secondCertificate: Type.Enum(SECOND_CERTIFICATES, { rule: `must be one of ${SECOND_CERTIFICATES.join(', ')}` }),
} satisfies TProperties
