import { type Static, Type } from 'typebox'
import { NOTHING, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

/** What a device must be given beside its challenge. */
export const ScepEndpoint = Type.Object({
  scepUrl: Type.String(),
  /** SHA-256 of the CA certificate, lower-case hexadecimal. */
  caFingerprint: Type.String(),
})
export type ScepEndpoint = Static<typeof ScepEndpoint>

export const getScepEndpoint = route({
  method: 'GET',
  path: '/v1/scepProfiles/:uuid/endpoint',
  permission: 'scepProfile.read',
  scoped: true,
  summary: 'Address and CA fingerprint of a SCEP profile',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: ScepEndpoint },
})
