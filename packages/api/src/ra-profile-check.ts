import { type Static, Type } from 'typebox'
import { encoded, NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { TemplateUpdate } from './ra-template.ts'
import { route } from './route.ts'

export const RaProfileCheck = strictObject({
  csr: encoded('a PKCS #10 request', '-----BEGIN CERTIFICATE REQUEST-----'),
  /** As if these settings were saved. */
  template: Type.Optional(TemplateUpdate),
  /** Whose rules count beside those of the RA profile; by default the one with which SCEP is switched on for it. */
  scepProfileUuid: Type.Optional(uuidParam),
  messageType: Type.Optional(Type.Enum(['PKCSReq', 'RenewalReq'] as const, { rule: 'must be PKCSReq or RenewalReq' })),
  /** The one that a RenewalReq is signed with. */
  certificate: Type.Optional(encoded('a certificate', '-----BEGIN CERTIFICATE-----')),
})
export type RaProfileCheck = Static<typeof RaProfileCheck>

const CheckFinding = Type.Object({
  /** A word for it, such as `key`. */
  check: Type.String(),
  passed: Type.Boolean(),
  sentence: Type.String(),
  /** As the log and a device's refusal name it. */
  reason: Type.Optional(Type.String()),
  /** Of the documentation. */
  page: Type.Optional(Type.String()),
})

/** A certificate that was made and not signed. */
const WouldIssue = Type.Object({
  subject: Type.String(),
  /** Such as `DNS:printer1.example`. */
  subjectAltNames: Type.Array(Type.String()),
  keyUsage: Type.Array(Type.String()),
  /** Names, or object identifiers where there is no name. */
  extendedKeyUsage: Type.Array(Type.String()),
  notBefore: Type.String(),
  notAfter: Type.String(),
  /** All of them, in their order. */
  extensions: Type.Array(Type.Object({ oid: Type.String(), critical: Type.Boolean(), value: Type.String() })),
})

export const RaProfileVerdict = Type.Object({
  passes: Type.Boolean(),
  findings: Type.Array(CheckFinding),
  /** Null where something is refused. */
  wouldIssue: nullable(WouldIssue),
})
export type RaProfileVerdict = Static<typeof RaProfileVerdict>

export const checkRaProfile = route({
  method: 'POST',
  path: '/v1/raProfiles/:uuid/check',
  permission: 'raProfile.read',
  scoped: true,
  summary: 'Whether a request would get a certificate, and if not, why; nothing is issued or recorded',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: RaProfileCheck,
  answer: { status: 200, type: 'application/json', schema: RaProfileVerdict },
})
