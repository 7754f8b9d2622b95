import { type Static, Type } from 'typebox'
import { encoded, NOTHING, strictObject, uuidParam } from './field.ts'
import { NO_CONTENT, route } from './route.ts'

/** A client certificate that signs a user in. */
export const UserCertificate = Type.Object({
  /** SHA-256, lower-case hexadecimal. */
  fingerprint: Type.String(),
  /** RFC 4514. */
  subject: Type.String(),
  notAfter: Type.String(),
  createdAt: Type.String(),
})
export type UserCertificate = Static<typeof UserCertificate>

const PATH = '/v1/users/:uuid/certificates'
const uuid = strictObject({ uuid: uuidParam })

export const listUserCertificates = route({
  method: 'GET',
  path: PATH,
  permission: 'user.read',
  summary: 'The client certificates that sign a user in',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: {
    status: 200,
    type: 'application/json',
    schema: Type.Object({ certificates: Type.Array(UserCertificate) }),
  },
})

export const addUserCertificate = route({
  method: 'POST',
  path: PATH,
  permission: 'user.update',
  summary: 'Lets a client certificate sign a user in, whoever has issued it; again changes nothing',
  params: uuid,
  query: NOTHING,
  body: strictObject({ certificate: encoded('a certificate', '-----BEGIN CERTIFICATE-----') }),
  answer: { status: 201, type: 'application/json', schema: UserCertificate },
})

export const removeUserCertificate = route({
  method: 'DELETE',
  path: `${PATH}/:fingerprint`,
  permission: 'user.update',
  summary: 'Takes a client certificate away from a user: it signs nobody in any more',
  params: strictObject({
    uuid: uuidParam,
    fingerprint: Type.String({
      pattern: '^[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}$',
      rule: 'must be the SHA-256 of the certificate in hexadecimal',
    }),
  }),
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})
