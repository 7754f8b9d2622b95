import { type Static, Type } from 'typebox'
import { Authority, authorityUuid, currentFrom } from './authority.ts'
import { NOTHING, strictObject } from './field.ts'
import { caKeyType, caSubject } from './new-ca.ts'
import { route } from './route.ts'

export const RequestCaCertificate = strictObject({
  /** That of the current CA when absent. */
  subject: Type.Optional(caSubject),
  keyType: Type.Optional(caKeyType),
  /** The key of a request that waits is destroyed, so a certificate for it is of no use any more. */
  replace: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
})
export type RequestCaCertificate = Static<typeof RequestCaCertificate>

export const SignedCaCertificate = strictObject({
  /** In any order: the certificate for the request, and those above it up to the root. */
  certificates: Type.String({
    minLength: 1,
    maxLength: 200_000,
    rule: 'must be certificates as PEM text, or PKCS #7 as PEM text or base64',
  }),
  /** Of a CA that follows another one. */
  currentFrom: Type.Optional(currentFrom),
})
export type SignedCaCertificate = Static<typeof SignedCaCertificate>

export const requestCaCertificate = route({
  method: 'POST',
  path: '/v1/authorities/:uuid/request',
  permission: 'authority.update',
  summary: 'Makes a key for a next CA that another one is to certify',
  params: authorityUuid,
  query: NOTHING,
  body: RequestCaCertificate,
  answer: { status: 201, type: 'application/json', schema: Authority },
})

export const getCaRequest = route({
  method: 'GET',
  path: '/v1/authorities/:uuid/request',
  permission: 'authority.read',
  summary: 'The PKCS #10 that waits for its certificate, as PEM',
  params: authorityUuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'text/plain', schema: Type.String() },
})

export const certifyAuthority = route({
  method: 'POST',
  path: '/v1/authorities/:uuid/certificate',
  permission: 'authority.update',
  summary: 'Brings the certificate for the request: as the first CA it is current, after another one it is next',
  params: authorityUuid,
  query: NOTHING,
  body: SignedCaCertificate,
  answer: { status: 201, type: 'application/json', schema: Authority },
})

export const getCaChain = route({
  method: 'GET',
  path: '/v1/authorities/:uuid/chain',
  permission: 'authority.read',
  summary: 'The current CA certificate and those above it up to the root, as PEM',
  params: authorityUuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'text/plain', schema: Type.String() },
})
