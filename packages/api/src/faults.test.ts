import { type TArray, type TSchema, Type } from 'typebox'
import { expect, test } from 'vitest'
import * as api from './index.ts'
import { createChallenges, faultsOf, NewChallenge, RenewalUpdate, ScepProfileUpdate } from './index.ts'
import type { Route } from './route.ts'

test('every fault is told at once: wrong values and unknown fields', () => {
  expect(faultsOf(NewChallenge, { uses: 0, ttlSeconds: '1h', subjectAltNames: [7], usess: 1 })).toEqual([
    '"usess" is not a field of this: known are uses, ttlSeconds, subject, subjectAltNames, password.',
    'uses must be a whole number from 1 to 10000.',
    'ttlSeconds must be a whole number of seconds from 60 (a minute) to 2592000 (30 days).',
    'subjectAltNames must be a list of at most 100 names such as "DNS:printer1.example", or null for any.',
  ])
})

test('an object inside tells the faults of its own fields, with their path', () => {
  expect(
    faultsOf(ScepProfileUpdate, { renewal: { graceDays: 0, keys: 'new', revokePredecessorAfterDays: 0 } }),
  ).toEqual([
    '"renewal.keys" is not a field of this: known are enabled, graceDays, key, names, challenge, revokePredecessorAfterDays.',
    'renewal.revokePredecessorAfterDays must be a whole number of days from 1 to 3650, or null for never.',
  ])
  expect(faultsOf(ScepProfileUpdate, { renewal: null })).toEqual(['renewal must be an object of the fields to change.'])
})

test('a fault never repeats the value, which may be a secret', () => {
  const faults = faultsOf(ScepProfileUpdate, { challengePassword: 'secret\u0000secret' })
  expect(faults).toHaveLength(1)
  expect(faults.join()).not.toContain('secret\u0000')
})

test.each([[null], [[]], ['text'], [7], [undefined]])('%j is not a body', (value) => {
  expect(faultsOf(NewChallenge, value)).toEqual(['The body must be a JSON object.'])
})

test('faults of a list are told with the index of each, and one for the list itself', () => {
  const schema = createChallenges.body as TArray
  expect(faultsOf(schema, [{}, { uses: 0, extra: 1 }, 7, { ttlSeconds: 60 }])).toEqual([
    expect.stringMatching(/^"\[1\]\.extra" is not a field of this/),
    expect.stringMatching(/^\[1\]\.uses must be a whole number/),
    '[2] must be a JSON object.',
  ])
  for (const value of [[], {}, 'x', null, Array.from({ length: 1001 }, () => ({}))]) {
    expect(faultsOf(schema, value)).toEqual(['The body must be a list of 1 to 1000 challenges.'])
  }
})

test('names from Object.prototype are unknown fields and no way around the rules', () => {
  expect(faultsOf(NewChallenge, JSON.parse('{"__proto__":1,"constructor":2}'))).toHaveLength(2)
})

test('a long unknown name is cut', () => {
  expect(faultsOf(NewChallenge, { ['x'.repeat(5_000)]: 1 })[0]?.length).toBeLessThan(200)
})

const routes = Object.values<unknown>(api).filter(
  (value): value is Route => typeof value === 'object' && value !== null && 'permission' in value,
)

test('every field of every body has a rule that can be told', () => {
  const bodies = routes.map(({ body }) => (body !== undefined && Type.IsObject(body) ? body.properties : {}))
  const fields = [...bodies, RenewalUpdate.properties].flatMap((properties) => Object.entries<TSchema>(properties))
  expect(fields.filter(([, schema]) => !('rule' in schema)).map(([name]) => name)).toEqual([])
})

test('no two routes share method and path', () => {
  const addresses = routes.map((route) => `${route.method} ${route.path}`)
  expect(new Set(addresses).size).toBe(addresses.length)
})

test('a field more is a fault, unless the schema says that others may come', () => {
  const properties = { code: Type.Optional(Type.String()) }
  expect(faultsOf(Type.Object(properties, { additionalProperties: false }), { iss: 'x' })).toHaveLength(1)
  expect(faultsOf(Type.Object(properties, { additionalProperties: true }), { iss: 'x' })).toEqual([])
})
