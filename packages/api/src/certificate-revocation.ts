import { type Static, Type } from 'typebox'
import { Certificate } from './certificate.ts'
import { NOTHING, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

/** RFC 5280 §5.3.1, with what each is for; for the server and for whoever fills in a form. */
export const REVOCATION_REASONS = {
  unspecified: 'no reason is told; the CRL entry has none',
  keyCompromise: 'somebody else has, or may have, the private key',
  cACompromise: 'the key of the CA that the certificate belongs to may be known',
  affiliationChanged: 'the name in the certificate is no longer right',
  superseded: 'another certificate has taken its place',
  cessationOfOperation: 'the device is out of service',
  certificateHold: 'for the time being; it can be released, or revoked for good',
  privilegeWithdrawn: 'the device may no longer do what it was certified for',
  aACompromise: 'the key of an attribute authority may be known',
} as const

export type RevocationReason = keyof typeof REVOCATION_REASONS
const reasons = Object.keys(REVOCATION_REASONS) as RevocationReason[]

export const RevokeCertificate = strictObject({
  reason: Type.Optional(Type.Enum(reasons, { rule: `must be one of ${reasons.join(', ')}` })),
})
export type RevokeCertificate = Static<typeof RevokeCertificate>

const uuid = strictObject({ uuid: uuidParam })

export const revokeCertificate = route({
  method: 'PUT',
  path: '/v1/certificates/:uuid/revoke',
  permission: 'certificate.revoke',
  scoped: true,
  summary: 'Revokes a certificate for good, or with certificateHold for the time being; its CRL follows within seconds',
  params: uuid,
  query: NOTHING,
  body: RevokeCertificate,
  answer: { status: 200, type: 'application/json', schema: Certificate },
})

export const releaseCertificate = route({
  method: 'PUT',
  path: '/v1/certificates/:uuid/release',
  permission: 'certificate.revoke',
  scoped: true,
  summary: 'Lifts a certificateHold: the certificate is as good as before; its CRL follows within seconds',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Certificate },
})
