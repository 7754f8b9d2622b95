import { type Static, Type } from 'typebox'
import { itemsPerPage, NOTHING, nameParam, nullable, strictObject, uuidParam } from './field.ts'
import { APPROVER_ROLES } from './role.ts'
import { route } from './route.ts'

/** Where a request stands, with what that means; for the server and for whoever shows it. */
export const APPROVAL_STATES = {
  waiting: 'somebody has to decide',
  ordered: 'approved; the authority has yet to sign',
  failed: 'approved, but it could not be signed; it may be approved again',
  issued: 'approved, and the certificate was made',
  denied: 'refused',
  expired: 'nobody decided in time',
} as const

export type ApprovalState = keyof typeof APPROVAL_STATES

/** What a certificate would be made of, as it was asked for. */
const Requested = Type.Object({
  /** Such as `DNS:printer1.example`. */
  subjectAltNames: Type.Array(Type.String()),
  /** Such as `RSA 2048` or `EC P-256`. */
  key: Type.String(),
  /** SHA-256 of the SubjectPublicKeyInfo, lower-case hexadecimal. */
  keyFingerprint: Type.String(),
  /** SHA-256 of the whole PKCS#10 in DER, as `sha256sum csr.der` prints it: for comparison with whoever sent it. */
  csrFingerprint: Type.String(),
})

/** The certificate that a renewal would follow. */
const Renewed = Type.Object({
  uuid: Type.String(),
  state: Type.Union([Type.Literal('issued'), Type.Literal('revoked')]),
  subject: Type.String(),
  serialNumber: Type.String(),
  notAfter: Type.String(),
  /** SHA-256, lower-case hexadecimal. */
  fingerprint: Type.String(),
  /** Sentences about what the request asks for otherwise than it has. */
  differences: Type.Array(Type.String()),
})

export const Approval = Type.Object({
  /** Of the transaction. */
  uuid: Type.String(),
  state: Type.Enum(Object.keys(APPROVAL_STATES) as ApprovalState[]),
  kind: Type.Union([Type.Literal('initial'), Type.Literal('renewal')]),
  /** RFC 4514. */
  subject: Type.String(),
  /** As the device sent it; what cannot be printed is escaped. */
  transactionId: Type.String(),
  /** Where the device asked, such as `scepProfile/default`. */
  endpoint: Type.String(),
  scepProfile: nullable(Type.String()),
  raProfile: nullable(Type.String()),
  /** Whether a challenge, or the certificate to be renewed, stands behind it. */
  authenticated: Type.Boolean(),
  /** Who asked for it over the administration, and so may not approve it; null: a device did. */
  requestedBy: nullable(Type.String()),
  /** The peer's address; an IPv6 address by its /64. */
  source: nullable(Type.String()),
  since: Type.String(),
  expiresAt: nullable(Type.String()),
  /** Null once it is decided: the request itself is kept no longer than it is needed. */
  requested: nullable(Requested),
  renews: nullable(Renewed),
  certificateUuid: nullable(Type.String()),
  /** Why it was denied, as the log names it. */
  reason: nullable(Type.String()),
  /** Who agreed, of those whose consent counts, each of them once, the first of them first. */
  approvalsGiven: Type.Array(Type.Object({ by: Type.String(), at: Type.String(), comment: nullable(Type.String()) })),
  /** How many must, by the rule of now. */
  approvalsNeeded: Type.Integer(),
  /** Whose consent counts; null: that of everybody who may decide. */
  approvalRole: nullable(Type.Enum(APPROVER_ROLES)),
  /** What was said last, and by whom. */
  decision: nullable(
    Type.Object({
      decision: Type.Union([Type.Literal('approved'), Type.Literal('rejected'), Type.Literal('expired')]),
      by: Type.String(),
      at: Type.String(),
      comment: nullable(Type.String()),
    }),
  ),
})
export type Approval = Static<typeof Approval>

const comment = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$',
  rule: 'must be text of 1 to 500 characters without control characters',
})

export const Approve = strictObject({ comment: Type.Optional(comment) })
export const Reject = strictObject({ comment })

const flag = Type.Enum(['true', 'false'] as const, { rule: 'must be true or false' })

export const listApprovals = route({
  method: 'GET',
  path: '/v1/approvals',
  permission: 'approval.read',
  scoped: true,
  summary: 'Requests that wait for a person, the oldest first; or those decided upon, the newest first',
  params: NOTHING,
  query: strictObject({
    state: Type.Optional(Type.Enum(['open', 'decided'] as const, { rule: 'must be open or decided' })),
    /** Name of a SCEP profile. */
    profile: Type.Optional(nameParam),
    /** Requests that nothing vouches for are in a list of their own: anybody can fill it. */
    authenticated: Type.Optional(flag),
    /** UUID of the last one of the page before. */
    after: Type.Optional(uuidParam),
    itemsPerPage: Type.Optional(itemsPerPage),
  }),
  body: undefined,
  answer: {
    status: 200,
    type: 'application/json',
    schema: Type.Object({
      approvals: Type.Array(Approval),
      /** How many wait in each of the two lists. */
      waiting: Type.Object({ authenticated: Type.Integer(), unauthenticated: Type.Integer() }),
    }),
  },
})

export const getApproval = route({
  method: 'GET',
  path: '/v1/approvals/:uuid',
  permission: 'approval.read',
  scoped: true,
  summary: 'A request that waits or has waited for a person',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Approval },
})

export const approveRequest = route({
  method: 'POST',
  path: '/v1/approvals/:uuid/approve',
  permission: 'approval.decide',
  scoped: true,
  summary: 'Agrees: with the last one who must, the request is judged anew, and the certificate is made',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: Approve,
  answer: { status: 200, type: 'application/json', schema: Approval },
})

export const rejectRequest = route({
  method: 'POST',
  path: '/v1/approvals/:uuid/reject',
  permission: 'approval.decide',
  scoped: true,
  summary: 'Refuses, for good; the challenge of the request is spent',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: Reject,
  answer: { status: 200, type: 'application/json', schema: Approval },
})
