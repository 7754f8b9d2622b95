import { type Static, Type } from 'typebox'
import { cursor, itemsPerPage, moment, NOTHING, nameParam, nullable, strictObject } from './field.ts'
import { fileAnswer, route } from './route.ts'

/** What lists can be narrowed to; `issued`, `held` and `revoked` are the states of a certificate. */
export const CERTIFICATE_STATES = {
  issued: 'not revoked, whether its time is over or not',
  valid: 'not revoked, and its time is not over',
  held: 'revoked for the time being',
  revoked: 'revoked for good',
  expired: 'its time is over, revoked or not',
} as const

export type CertificateStateFilter = keyof typeof CERTIFICATE_STATES

export const certificateState = Type.Union([Type.Literal('issued'), Type.Literal('held'), Type.Literal('revoked')])
export const certificatePurpose = Type.Union([Type.Literal('device'), Type.Literal('ra'), Type.Literal('ocsp')])
export const certificateProtocol = Type.Union([Type.Literal('scep'), Type.Literal('api')])

/** A certificate in a list: without its octets. */
export const CertificateEntry = Type.Object({
  uuid: Type.String(),
  state: certificateState,
  purpose: certificatePurpose,
  /** RFC 4514. */
  subject: Type.String(),
  /** Such as `DNS:printer1.example`. */
  subjectAltNames: Type.Array(Type.String()),
  /** Name of the authority. */
  authority: Type.String(),
  /** Lower-case hexadecimal. */
  serialNumber: Type.String(),
  /** SHA-256, lower-case hexadecimal. */
  fingerprint: Type.String(),
  notBefore: Type.String(),
  notAfter: Type.String(),
  issuedAt: Type.String(),
  revokedAt: nullable(Type.String()),
  revocationReason: nullable(Type.String()),
  /** Names of the profiles that it was issued through, also of those deleted since. */
  raProfile: nullable(Type.String()),
  scepProfile: nullable(Type.String()),
  /** Null: it is Chancery's own. */
  protocol: nullable(certificateProtocol),
  /** Null where there is none, or it is forgotten. */
  transactionId: nullable(Type.String()),
  /** UUID of the certificate that it renewed. */
  predecessorUuid: nullable(Type.String()),
})
export type CertificateEntry = Static<typeof CertificateEntry>

const states = Object.keys(CERTIFICATE_STATES) as CertificateStateFilter[]

/** What lists, searches and exports are narrowed by; all that is given must hold. */
const filters = {
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Words of names, transactionID, serial number or fingerprint, or how they begin; all of them must be there',
      rule: 'must be at most 200 characters',
    }),
  ),
  subject: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Words of the subject, or how they begin',
      rule: 'must be at most 200 characters',
    }),
  ),
  raProfile: Type.Optional(nameParam),
  scepProfile: Type.Optional(nameParam),
  authority: Type.Optional(nameParam),
  state: Type.Optional(Type.Enum(states, { rule: `must be one of ${states.join(', ')}` })),
  expiresBefore: Type.Optional(moment),
  expiresAfter: Type.Optional(moment),
  key: Type.Optional(
    Type.String({
      pattern: '^(rsa(-[0-9]{3,5})?|ec|p-(256|384|521)|ed25519|other)$',
      rule: 'must be rsa, rsa-2048 or another size, ec, p-256, p-384, p-521, ed25519 or other',
    }),
  ),
  protocol: Type.Optional(Type.Enum(['scep', 'api'] as const, { rule: 'must be scep or api' })),
  purpose: Type.Optional(Type.Enum(['device', 'ra', 'ocsp'] as const, { rule: 'must be device, ra or ocsp' })),
  serial: Type.Optional(
    Type.String({
      pattern: '^(0[xX])?[0-9a-fA-F]{1,2}(:?[0-9a-fA-F]{1,2}){0,39}$',
      rule: 'must be a serial number in hexadecimal, or at least its first eight digits',
    }),
  ),
  fingerprint: Type.Optional(
    Type.String({
      pattern: '^[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){3,31}$',
      rule: 'must be the SHA-256 of the certificate in hexadecimal, or at least its first eight digits',
    }),
  ),
}

export const listCertificates = route({
  method: 'GET',
  path: '/v1/certificates',
  permission: 'certificate.read',
  scoped: true,
  summary: 'Certificates, the newest first: all, or those that a search and filters mean',
  params: NOTHING,
  query: strictObject({ ...filters, cursor: Type.Optional(cursor), itemsPerPage: Type.Optional(itemsPerPage) }),
  body: undefined,
  answer: {
    status: 200,
    type: 'application/json',
    schema: Type.Object({
      certificates: Type.Array(CertificateEntry),
      /** Null: this is the last page. A page may be short, or empty, and still have a next one. */
      nextCursor: nullable(Type.String()),
    }),
  },
})

/** What certificates are exported as. */
export const EXPORT_FORMATS = {
  csv: 'a table with a line of headings, for spreadsheets',
  jsonl: 'one line of JSON for each, as lists have it',
  pem: 'the certificates themselves, one after the other',
} as const

export type ExportFormat = keyof typeof EXPORT_FORMATS
const formats = Object.keys(EXPORT_FORMATS) as ExportFormat[]

export const exportCertificates = route({
  method: 'GET',
  path: '/v1/certificates/export',
  permission: 'certificate.read',
  scoped: true,
  summary: 'All certificates that a search and filters mean, as one file',
  params: NOTHING,
  query: strictObject({
    ...filters,
    format: Type.Optional(Type.Enum(formats, { rule: `must be one of ${formats.join(', ')}` })),
  }),
  body: undefined,
  answer: fileAnswer('text/csv', 'application/jsonl', 'application/x-pem-file'),
})
