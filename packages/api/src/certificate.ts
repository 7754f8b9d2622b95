import { type Static, Type } from 'typebox'
import { nullable } from './field.ts'

export const Certificate = Type.Object({
  uuid: Type.String(),
  /** `held`: revoked for the time being. */
  state: Type.Union([Type.Literal('issued'), Type.Literal('held'), Type.Literal('revoked')]),
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
