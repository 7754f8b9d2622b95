import { type Static, Type } from 'typebox'
import { ENDPOINTS } from '../service.ts'

const text = () => Type.Optional(Type.String())
const closed = { additionalProperties: false }
const oneOf = <const T extends string | number>(...values: readonly T[]) =>
  Type.Union(values.map((one) => Type.Literal(one)))
const WHEN = Type.Optional(oneOf('before', 'after'))

export const CHALLENGE_WISH = Type.Object(
  {
    subject: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    san: Type.Optional(Type.Array(Type.String())),
    keyUsage: Type.Optional(Type.Array(Type.String())),
    eku: Type.Optional(Type.Array(Type.String())),
    keyLength: Type.Optional(Type.Integer()),
    tenant: text(),
    deviceId: text(),
    userId: text(),
    profileId: text(),
    deviceType: text(),
    ttlMinutes: Type.Optional(Type.Number()),
    characters: Type.Optional(Type.Integer({ maximum: 1 << 20 })),
    defect: Type.Optional(oneOf('encryption', 'content', 'timestamps', 'endsBeforeItBegins')),
  },
  closed,
)

export const INJECTION = Type.Object(
  {
    endpoint: oneOf(...ENDPOINTS, 'any'),
    times: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('always')])),
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    fault: Type.Union([
      Type.Object({ kind: Type.Literal('status'), status: Type.Integer(), body: text() }, closed),
      Type.Object(
        { kind: Type.Literal('retryAfter'), seconds: Type.Number(), status: Type.Optional(oneOf(429, 503)) },
        closed,
      ),
      Type.Object({ kind: Type.Literal('delay'), milliseconds: Type.Number() }, closed),
      Type.Object({ kind: Type.Literal('slowHeaders'), milliseconds: Type.Number() }, closed),
      Type.Object({ kind: Type.Literal('code'), code: Type.String(), description: text() }, closed),
      Type.Object({ kind: Type.Literal('hugeBody'), bytes: Type.Integer() }, closed),
      Type.Object({ kind: Type.Literal('hang'), when: WHEN }, closed),
      Type.Object({ kind: Type.Literal('reset'), when: WHEN }, closed),
      Type.Object({ kind: Type.Literal('truncate') }, closed),
      Type.Object({ kind: Type.Literal('notJson'), status: Type.Optional(Type.Integer()) }, closed),
      Type.Object({ kind: Type.Literal('emptyBody'), status: Type.Optional(Type.Integer()) }, closed),
      Type.Object({ kind: Type.Literal('wrongType'), body: Type.Optional(Type.Unknown()) }, closed),
      Type.Object({ kind: Type.Literal('moved'), status: Type.Optional(oneOf(404, 410, 421)) }, closed),
      Type.Object(
        { kind: Type.Literal('redirect'), url: text(), status: Type.Optional(oneOf(301, 302, 307, 308)) },
        closed,
      ),
    ]),
  },
  closed,
)

export const REVOCATION_WISH = Type.Object({ which: Type.String() }, closed)

export const RAW_REVOCATION = Type.Object(
  {
    tenant: text(),
    requestContext: text(),
    serialNumber: text(),
    issuerName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    caConfiguration: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  },
  closed,
)

export const ADVANCE = Type.Object({ minutes: Type.Number() }, closed)

export const ENROLMENT = Type.Object(
  {
    url: Type.String(),
    profile: Type.Optional(CHALLENGE_WISH),
    shape: Type.Optional(oneOf('ordinary', 'windows')),
    keyTransport: Type.Optional(oneOf('pkcs1', 'oaep')),
    method: Type.Optional(oneOf('POST', 'GET')),
  },
  closed,
)

export type EnrolmentWish = Static<typeof ENROLMENT>
