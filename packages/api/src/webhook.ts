import { type Static, Type } from 'typebox'
import { NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

/** A shorter key could be guessed from one captured question. */
export const WEBHOOK_KEY_MINIMUM = 32

const FIELDS = {
  url: Type.String({ minLength: 1, maxLength: 2000, rule: 'must be a URL of at most 2000 characters' }),
  timeoutMilliseconds: Type.Integer({
    minimum: 500,
    maximum: 30_000,
    rule: 'must be a whole number of milliseconds from 500 to 30000',
  }),
  /** Off: addresses of this machine and of private networks are not asked. */
  allowPrivateAddresses: Type.Boolean({ rule: 'must be true or false' }),
  /** PEM of the CA, or of the server's own certificate; null: the CAs that the system trusts. */
  trustedCertificates: nullable(Type.String({ maxLength: 65_536 }), {
    rule: 'must be certificates in PEM of at most 65536 characters, or null',
  }),
}

/** Whom a SCEP profile with webhook challenges asks. */
export const Webhook = Type.Object({
  ...FIELDS,
  /** Whether there is a key; the key itself is never returned. */
  keySet: Type.Boolean(),
})
export type Webhook = Static<typeof Webhook>

/** Each field on its own: those that are left out keep their value, the key too. */
export const WebhookUpdate = strictObject(
  {
    url: Type.Optional(FIELDS.url),
    timeoutMilliseconds: Type.Optional(FIELDS.timeoutMilliseconds),
    allowPrivateAddresses: Type.Optional(FIELDS.allowPrivateAddresses),
    trustedCertificates: Type.Optional(FIELDS.trustedCertificates),
    key: Type.Optional(
      Type.String({
        minLength: WEBHOOK_KEY_MINIMUM,
        maxLength: 255,
        pattern: '^[\\u0021-\\u007e]*$',
        rule: `must be ${WEBHOOK_KEY_MINIMUM} to 255 printable ASCII characters without blanks`,
        writeOnly: true,
      }),
    ),
  },
  { rule: 'must be an object of the fields to change' },
)
export type WebhookUpdate = Static<typeof WebhookUpdate>

export const WEBHOOK_DECISIONS = ['allow', 'deny', 'pending', 'none'] as const

export const WebhookTest = Type.Object({
  /** `none`: what came back, if anything, counts as no answer. */
  decision: Type.Enum(WEBHOOK_DECISIONS),
  /** What the webhook gave as its reason. */
  reason: nullable(Type.String()),
  retryAfterSeconds: nullable(Type.Integer()),
  /** Why it counts as no answer. */
  fault: nullable(Type.String()),
  milliseconds: Type.Integer(),
})
export type WebhookTest = Static<typeof WebhookTest>

export const testWebhook = route({
  method: 'POST',
  path: '/v1/scepProfiles/:uuid/webhook/test',
  permission: 'scepProfile.update',
  scoped: true,
  summary: 'Asks the webhook of a SCEP profile about a sample request; nothing is issued',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: NOTHING,
  answer: { status: 200, type: 'application/json', schema: WebhookTest },
})
