import { type Static, Type } from 'typebox'
import { NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { caKeyType, validityYears } from './new-ca.ts'
import { route } from './route.ts'

/** What a generation of a CA does, for the server and for whoever reads a list of them. */
export const GENERATION_STATES = {
  next: 'prepared: devices can fetch it, and it issues to those that encrypt to its RA',
  current: 'issues',
  retired: 'issues no more; its CRL goes on until its certificate ends',
  withdrawn: 'was prepared and never came to issue',
} as const

export type GenerationState = keyof typeof GENERATION_STATES
const states = Object.keys(GENERATION_STATES) as GenerationState[]

/** One CA certificate of an authority, with its key. */
export const Generation = Type.Object({
  /** In the URLs of its CRL and certificate. */
  generation: Type.Integer(),
  state: Type.Enum(states),
  /** RFC 4514. */
  subject: Type.String(),
  issuer: Type.String(),
  /** Lower-case hexadecimal. */
  serialNumber: Type.String(),
  /** SHA-256 of the certificate, lower-case hexadecimal: what devices are given to recognise their CA. */
  fingerprint: Type.String(),
  /** Such as `rsa-3072` or `p-256`. */
  keyType: Type.String(),
  notBefore: Type.String(),
  notAfter: Type.String(),
  /** Of a `next` one: when it takes over by itself; null: by command. Of a later one: when it did. */
  currentFrom: nullable(Type.String()),
  pem: Type.String(),
})
export type Generation = Static<typeof Generation>

export const Authority = Type.Object({
  uuid: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  description: nullable(Type.String()),
  /** Devices are refused while it is false; CRL and CA certificates are published all the same. */
  enabled: Type.Boolean(),
  /** As its kind describes them, without the secrets. */
  settings: Type.Record(Type.String(), Type.Unknown()),
  /** Names of the secret settings that are set. */
  secretsSet: Type.Array(Type.String()),
  /** A key that waits for the certificate of a CA above; its PKCS #10 is at `…/request`. */
  request: nullable(Type.Object({ subject: Type.String(), keyType: Type.String() })),
  /** The oldest first. */
  generations: Type.Array(Generation),
  /** Only in the answer to what brought a certificate: it works, and somebody may have trouble with it. */
  warnings: Type.Optional(Type.Array(Type.String())),
})
export type Authority = Static<typeof Authority>

/** When a next CA takes over by itself; null: by command. */
export const currentFrom = nullable(
  Type.String({
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$',
  }),
  { rule: 'must be a time with its zone, such as 2027-03-01T02:00:00Z, or null' },
)

export const PrepareNextCa = strictObject({
  keyType: Type.Optional(caKeyType),
  validityYears: Type.Optional(validityYears),
  currentFrom: Type.Optional(currentFrom),
})
export type PrepareNextCa = Static<typeof PrepareNextCa>

export const authorityUuid = strictObject({ uuid: uuidParam })

export const listAuthorities = route({
  method: 'GET',
  path: '/v1/authorities',
  permission: 'authority.read',
  summary: 'All authorities and the generations of their CAs, by name',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Array(Authority) },
})

export const getAuthority = route({
  method: 'GET',
  path: '/v1/authorities/:uuid',
  permission: 'authority.read',
  summary: 'One authority and the generations of its CA',
  params: authorityUuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Authority },
})

export const prepareNextCa = route({
  method: 'POST',
  path: '/v1/authorities/:uuid/next',
  permission: 'authority.update',
  summary: 'Makes a next CA with its RA certificates; devices learn of it by GetNextCACert',
  params: authorityUuid,
  query: NOTHING,
  body: PrepareNextCa,
  answer: { status: 201, type: 'application/json', schema: Authority },
})

export const activateNextCa = route({
  method: 'POST',
  path: '/v1/authorities/:uuid/next/activate',
  permission: 'authority.update',
  summary: 'Makes the next CA the current one, for good',
  params: authorityUuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Authority },
})

export const withdrawNextCa = route({
  method: 'DELETE',
  path: '/v1/authorities/:uuid/next',
  permission: 'authority.update',
  summary: 'Takes a prepared CA back that has issued nothing to a device',
  params: authorityUuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Authority },
})
