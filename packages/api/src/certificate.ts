import { type Static, Type } from 'typebox'
import { NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

/** RFC 5280 §5.3.1, with what each is for; for the server and for whoever fills in a form. */
export const REVOCATION_REASONS = {
  unspecified: 'no reason is told; the CRL entry has none',
  keyCompromise: 'somebody else has, or may have, the private key',
  cACompromise: 'the key of the CA that the certificate belongs to may be known',
  affiliationChanged: 'the name in the certificate is no longer right',
  superseded: 'another certificate has taken its place',
  cessationOfOperation: 'the device is out of service',
  certificateHold: 'for the time being; Chancery does not lift it again',
  privilegeWithdrawn: 'the device may no longer do what it was certified for',
  aACompromise: 'the key of an attribute authority may be known',
} as const

export type RevocationReason = keyof typeof REVOCATION_REASONS
const reasons = Object.keys(REVOCATION_REASONS) as RevocationReason[]

export const Certificate = Type.Object({
  uuid: Type.String(),
  state: Type.Union([Type.Literal('issued'), Type.Literal('revoked')]),
  /** `ra`: Chancery's own, with which it opens requests and signs replies; `ocsp`: with which it answers OCSP. */
  purpose: Type.Union([Type.Literal('device'), Type.Literal('ra'), Type.Literal('ocsp')]),
  /** RFC 4514. */
  subject: Type.String(),
  issuer: Type.String(),
  /** Lower-case hexadecimal. */
  serialNumber: Type.String(),
  /** SHA-256, lower-case hexadecimal. */
  fingerprint: Type.String(),
  notBefore: Type.String(),
  notAfter: Type.String(),
  revokedAt: nullable(Type.String()),
  revocationReason: nullable(Type.String()),
  /** UUID of the certificate that it renewed. */
  predecessorUuid: nullable(Type.String()),
  /** Where the device asked, such as `scepProfile/default`. */
  endpoint: nullable(Type.String()),
  pem: Type.String(),
})
export type Certificate = Static<typeof Certificate>

export const RevokeCertificate = strictObject({
  reason: Type.Optional(Type.Enum(reasons, { rule: `must be one of ${reasons.join(', ')}` })),
})
export type RevokeCertificate = Static<typeof RevokeCertificate>

export const findCertificates = route({
  method: 'GET',
  path: '/v1/certificates',
  permission: 'certificate.read',
  summary: 'Finds certificates by serial number or fingerprint',
  params: NOTHING,
  query: strictObject({
    serial: Type.Optional(
      Type.String({
        pattern: '^(0[xX])?[0-9a-fA-F]{1,2}(:?[0-9a-fA-F]{1,2}){0,63}$',
        rule: 'must be a serial number in hexadecimal',
      }),
    ),
    fingerprint: Type.Optional(
      Type.String({
        pattern: '^[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}$',
        rule: 'must be the SHA-256 of the certificate in hexadecimal',
      }),
    ),
  }),
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Array(Certificate) },
})

export const getCertificate = route({
  method: 'GET',
  path: '/v1/certificates/:uuid',
  permission: 'certificate.read',
  summary: 'A certificate and its state',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Certificate },
})

export const revokeCertificate = route({
  method: 'PUT',
  path: '/v1/certificates/:uuid/revoke',
  permission: 'certificate.revoke',
  summary: 'Revokes a certificate for good; its CRL follows within seconds',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: RevokeCertificate,
  answer: { status: 200, type: 'application/json', schema: Certificate },
})
