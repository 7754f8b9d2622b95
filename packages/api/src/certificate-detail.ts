import { type Static, Type } from 'typebox'
import { Attribute } from './attribute.ts'
import { Certificate } from './certificate.ts'
import { CertificateEntry, certificateState } from './certificate-list.ts'
import { NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { fileAnswer, route } from './route.ts'

/** A certificate with everything that is known about it. */
export const CertificateDetail = Type.Object({
  ...Certificate.properties,
  ...CertificateEntry.properties,
  issuer: Type.String(),
  /** Such as `rsa-2048` or `p-256`. */
  key: Type.String(),
  /** SHA-256 of the SubjectPublicKeyInfo, lower-case hexadecimal. */
  keyFingerprint: Type.String(),
  /** Lower-case hexadecimal, for what still asks for it. */
  sha1Fingerprint: Type.String(),
  transactionUuid: nullable(Type.String()),
  /** Of the SCEP profile that it was issued through, as that is now. */
  customAttributes: Type.Array(Attribute),
  certificateAssociations: nullable(
    Type.Object({
      ownerUuid: nullable(Type.String()),
      groupUuids: Type.Array(Type.String()),
      customAttributes: Type.Array(Attribute),
    }),
  ),
})
export type CertificateDetail = Static<typeof CertificateDetail>

const uuid = strictObject({ uuid: uuidParam })
const read = { method: 'GET', permission: 'certificate.read', scoped: true, params: uuid, body: undefined } as const

export const getCertificate = route({
  ...read,
  path: '/v1/certificates/:uuid',
  summary: 'A certificate and its state',
  query: NOTHING,
  answer: { status: 200, type: 'application/json', schema: CertificateDetail },
})

export const getCertificateChain = route({
  ...read,
  path: '/v1/certificates/:uuid/chain',
  summary: 'A certificate and those above it, up to the root',
  query: NOTHING,
  answer: {
    status: 200,
    type: 'application/json',
    schema: Type.Object({
      certificates: Type.Array(
        Type.Object({
          subject: Type.String(),
          issuer: Type.String(),
          notAfter: Type.String(),
          /** SHA-256, lower-case hexadecimal. */
          fingerprint: Type.String(),
          pem: Type.String(),
        }),
      ),
    }),
  },
})

/** What happened to a certificate, with what that means. */
export const CERTIFICATE_EVENTS = {
  requested: 'the device asked for it',
  approved: 'a person agreed',
  rejected: 'a person refused',
  issued: 'it was signed',
  renewed: 'another certificate was issued to take its place',
  held: 'it was revoked for the time being',
  released: 'it is as good as before',
  revoked: 'it was revoked for good',
} as const

export type CertificateEventKind = keyof typeof CERTIFICATE_EVENTS

export const CertificateHistory = Type.Object({
  /** The oldest first. */
  events: Type.Array(
    Type.Object({
      at: Type.String(),
      kind: Type.Enum(Object.keys(CERTIFICATE_EVENTS) as CertificateEventKind[]),
      /** Who decided. */
      by: nullable(Type.String()),
      /** Why it was revoked, or what a person said. */
      reason: nullable(Type.String()),
      /** What took its place. */
      certificateUuid: nullable(Type.String()),
    }),
  ),
  /** It and everything that it renewed or that renewed it, also over several steps; the oldest first. */
  line: Type.Array(
    Type.Object({
      uuid: Type.String(),
      state: certificateState,
      subject: Type.String(),
      serialNumber: Type.String(),
      notBefore: Type.String(),
      notAfter: Type.String(),
      predecessorUuid: nullable(Type.String()),
    }),
  ),
})
export type CertificateHistory = Static<typeof CertificateHistory>

export const getCertificateHistory = route({
  ...read,
  path: '/v1/certificates/:uuid/history',
  summary: 'What happened to a certificate, and the line of renewals that it stands in',
  query: NOTHING,
  answer: { status: 200, type: 'application/json', schema: CertificateHistory },
})

const encoding = strictObject({
  encoding: Type.Optional(Type.Enum(['pem', 'der'] as const, { rule: 'must be pem or der' })),
})

export const getCertificateFile = route({
  ...read,
  path: '/v1/certificates/:uuid/raw',
  summary: 'The certificate itself, as a file; PEM unless encoding=der',
  query: encoding,
  answer: fileAnswer('application/x-pem-file', 'application/pkix-cert'),
})

export const getCertificatePkcs7 = route({
  ...read,
  path: '/v1/certificates/:uuid/pkcs7',
  summary: 'The certificate and those above it as certs-only PKCS #7; PEM unless encoding=der',
  query: encoding,
  answer: fileAnswer('application/x-pem-file', 'application/pkcs7-mime'),
})
