import { Validator } from '@seriousme/openapi-schema-validator'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { nullable, strictObject, uuidParam } from '../field.ts'
import * as contract from '../index.ts'
import { openApiDocument, routesOf } from '../index.ts'
import { NO_CONTENT, route } from '../route.ts'

const OPTIONS = { version: '1.0.0', serverUrl: '/api' }
const document = openApiDocument(contract, OPTIONS)
const operations = Object.values(document.paths).flatMap((item) => Object.values(item))

const sample = (more: object = {}) => {
  const Thing = strictObject({
    name: Type.String(),
    note: Type.Optional(nullable(Type.String({ maxLength: 9 }), { rule: 'must be short, or null' })),
    kind: Type.Enum(['a', 'b'], { rule: 'must be a or b' }),
    state: nullable(Type.Union([Type.Literal('on'), Type.Literal('off')])),
    extra: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  })
  const Holder = Type.Object({ thing: nullable(Thing), things: Type.Array(Thing), maybe: Type.Optional(Thing) })
  const changeThing = route({
    method: 'PATCH',
    path: '/v1/things/:uuid',
    permission: 'scepProfile.update',
    summary: 'Changes a thing',
    params: strictObject({ uuid: uuidParam }),
    query: strictObject({
      loud: Type.Optional(Type.Enum(['true', 'false'] as const, { rule: 'must be true or false' })),
    }),
    body: Thing,
    answer: { status: 200, type: 'application/json', schema: Holder },
    ...more,
  })
  return openApiDocument({ Thing, Holder, changeThing, createClient: () => {} }, OPTIONS)
}

test('it is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>)
  expect(errors ?? []).toEqual([])
  expect([valid, validator.version]).toEqual([true, '3.1'])
})

test('no two routes share method and path, and none an operationId', () => {
  const addresses = Object.values(routesOf(contract)).flatMap(({ method, path, alsoAt = [] }) =>
    [path, ...alsoAt].map((one) => `${method} ${one.replace(/:\w+/g, ':')}`),
  )
  expect(addresses.filter((one, index) => addresses.indexOf(one) !== index)).toEqual([])
  const ids = operations.map(({ operationId }) => operationId)
  expect(ids.length).toBe(addresses.length)
  expect(new Set(ids).size).toBe(ids.length)
})

test('paths that differ only in the names of their parameters would be one path', () => {
  const shapes = Object.keys(document.paths).map((path) => path.replace(/\{\w+\}/g, '{}'))
  expect(shapes.filter((one, index) => shapes.indexOf(one) !== index)).toEqual([])
})

test('every parameter in a path is described, and none that is not there', () => {
  for (const [path, item] of Object.entries(document.paths)) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    for (const { parameters = [] } of Object.values(item)) {
      expect(
        parameters
          .filter((one) => one.in === 'path')
          .map(({ name }) => name)
          .sort(),
        path,
      ).toEqual(inPath.sort())
    }
  }
})

test('schemas are named as they are exported and stand there once', () => {
  const { Holder } = sample().components.schemas
  const thing = { $ref: '#/components/schemas/Thing' }
  expect(Holder?.properties).toEqual({
    thing: { anyOf: [thing, { type: 'null' }] },
    things: { type: 'array', items: thing },
    maybe: thing,
  })
})

test('null is a second type, constants are an enumeration, a rule is the description, other fields are refused', () => {
  expect(sample().components.schemas.Thing).toEqual({
    type: 'object',
    required: ['name', 'kind', 'state'],
    additionalProperties: false,
    properties: {
      name: { type: 'string' },
      note: { type: ['string', 'null'], maxLength: 9, description: 'Must be short, or null.' },
      kind: { type: 'string', enum: ['a', 'b'], description: 'Must be a or b.' },
      state: { type: ['string', 'null'], enum: ['on', 'off', null] },
      extra: { type: 'object', additionalProperties: {} },
    },
  })
})

test('a route says its right, its parameters, its body, its answer and how it refuses', () => {
  const operation = sample().paths['/v1/things/{uuid}']?.patch
  expect(operation).toMatchObject({
    operationId: 'changeThing',
    tags: ['SCEP profiles'],
    security: [{ bearer: ['scepProfile.update'] }, { session: ['scepProfile.update'] }],
    parameters: [
      { name: 'uuid', in: 'path', required: true, description: 'Must be a UUID.', schema: { type: 'string' } },
      { name: 'loud', in: 'query', required: false, schema: { enum: ['true', 'false'] } },
    ],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
    },
  })
  expect(Object.keys(operation?.responses ?? {}).join(' ')).toBe('200 400 401 403 404 409 413 415 422 429 500 503')
  expect(operation?.responses[422]).toEqual({ $ref: '#/components/responses/Faults' })
})

test('plain text, nothing at all and older addresses', () => {
  const text = { answer: { status: 201, type: 'text/plain', schema: Type.String() } }
  expect(sample(text).paths['/v1/things/{uuid}']?.patch?.responses[201]).toMatchObject({
    headers: { location: {} },
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  const { paths } = sample({ answer: NO_CONTENT, body: undefined, alsoAt: ['/v1/old/:uuid'] })
  expect(paths['/v1/things/{uuid}']?.patch).toMatchObject({ responses: { 204: { description: expect.any(String) } } })
  expect(paths['/v1/things/{uuid}']?.patch).not.toHaveProperty('requestBody')
  expect(paths['/v1/old/{uuid}']?.patch).toMatchObject({
    deprecated: true,
    operationId: 'changeThingAtOlderPath1',
    description: expect.stringContaining('`/v1/things/{uuid}`'),
  })
})
