import { type Static, Type } from 'typebox'
import { encoded, NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

export const IssueCertificate = strictObject({
  csr: encoded('a PKCS #10 request', '-----BEGIN CERTIFICATE REQUEST-----'),
})
export type IssueCertificate = Static<typeof IssueCertificate>

/** `pending`: somebody else must approve it, or an authority elsewhere has yet to answer. The same CSR again tells what became of it. */
export const IssuedCertificate = Type.Object({
  state: Type.Union([Type.Literal('issued'), Type.Literal('pending')]),
  /** Of the transaction; under it an approval is found. */
  transactionUuid: Type.String(),
  certificateUuid: nullable(Type.String()),
  pem: nullable(Type.String()),
  /** Those above it, the issuer first. */
  chain: Type.Array(Type.String()),
})
export type IssuedCertificate = Static<typeof IssuedCertificate>

export const issueCertificate = route({
  method: 'POST',
  path: '/v1/raProfiles/:uuid/certificates',
  permission: 'certificate.issue',
  scoped: true,
  summary:
    'A certificate for a PKCS #10 request, by the rules of the RA profile; the same request again gets the same one',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: IssueCertificate,
  answer: { status: 201, type: 'application/json', schema: IssuedCertificate },
})
