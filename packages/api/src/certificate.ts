import { type Static, Type } from 'typebox'
import { NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

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
