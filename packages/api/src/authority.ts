import { type Static, Type } from 'typebox'
import { NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

/** Keys that a CA may be given. */
export const CA_KEY_TYPES = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'p-256', 'p-384'] as const
export type CaKeyType = (typeof CA_KEY_TYPES)[number]

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
  /** The oldest first. */
  generations: Type.Array(Generation),
})
export type Authority = Static<typeof Authority>

export const PrepareNextCa = strictObject({
  keyType: Type.Optional(Type.Enum(CA_KEY_TYPES, { rule: `must be one of ${CA_KEY_TYPES.join(', ')}` })),
  validityYears: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 30, rule: 'must be a whole number of years from 1 to 30' }),
  ),
  currentFrom: Type.Optional(
    nullable(
      Type.String({
        pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$',
      }),
      { rule: 'must be a time with its zone, such as 2027-03-01T02:00:00Z, or null' },
    ),
  ),
})
export type PrepareNextCa = Static<typeof PrepareNextCa>

const uuid = strictObject({ uuid: uuidParam })

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
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Authority },
})

export const prepareNextCa = route({
  method: 'POST',
  path: '/v1/authorities/:uuid/next',
  permission: 'authority.update',
  summary: 'Makes a next CA with its RA certificates; devices learn of it by GetNextCACert',
  params: uuid,
  query: NOTHING,
  body: PrepareNextCa,
  answer: { status: 201, type: 'application/json', schema: Authority },
})

export const activateNextCa = route({
  method: 'POST',
  path: '/v1/authorities/:uuid/next/activate',
  permission: 'authority.update',
  summary: 'Makes the next CA the current one, for good',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Authority },
})

export const withdrawNextCa = route({
  method: 'DELETE',
  path: '/v1/authorities/:uuid/next',
  permission: 'authority.update',
  summary: 'Takes a prepared CA back that has issued nothing to a device',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Authority },
})
