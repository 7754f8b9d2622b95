import { Compatibility } from '@chancery/api'
import { SWITCHES } from '@chancery/scep'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

const path = () => `/v1/scepProfiles/${server.uuid}/compatibility`

test('every switch is listed with its meaning, its value and what it may be', async () => {
  const { body } = await server.call('GET', path())
  expect(Value.Check(Compatibility, body)).toBe(true)
  const { switches, profiles } = body as Compatibility
  expect(switches.map(({ name }) => name)).toEqual(Object.keys(SWITCHES))
  expect(switches.every(({ meaning, neededBy }) => meaning !== '' && neededBy !== '')).toBe(true)
  expect(profiles.map(({ name }) => name)).toContain('strict')
})

test('a profile and single switches are set, and shown as they are in force', async () => {
  const { body } = await server.call('PUT', path(), { profile: 'legacy', overrides: { emptyContent: 'empty' } })
  const { profile, overrides, switches } = body as Compatibility
  expect([profile, overrides]).toEqual(['legacy', { emptyContent: 'empty' }])
  expect(switches.find(({ name }) => name === 'singleDes')).toMatchObject({ value: true, overridden: false })
  expect(switches.find(({ name }) => name === 'emptyContent')).toMatchObject({
    value: 'empty',
    default: 'absent',
    overridden: true,
  })
  expect((await server.call('GET', path())).body).toEqual(body)
  const snapshot = await server.context.snapshots.current()
  expect(snapshot.byScepProfile('default')).toMatchObject({ served: { policy: { emptyContent: 'empty' } } })
})

test('another profile keeps the single switches unless they are given anew', async () => {
  await server.call('PUT', path(), { profile: 'legacy', overrides: { emptyContent: 'empty' } })
  expect((await server.call('PUT', path(), { profile: 'default' })).body).toMatchObject({
    profile: 'default',
    overrides: { emptyContent: 'empty' },
  })
  expect((await server.call('PUT', path(), { overrides: {} })).body).toMatchObject({ overrides: {} })
})

test('unknown names and impossible values are all told at once, and nothing is changed', async () => {
  const before = await server.call('GET', path())
  const { status, body } = await server.call('PUT', path(), {
    profile: 'ancient',
    overrides: { md5: true, singleDes: 'on', emptyContent: 'none' },
  })
  expect(status).toBe(422)
  expect(body).toEqual([
    expect.stringContaining('"ancient"'),
    expect.stringContaining('"md5"'),
    expect.stringContaining('singleDes: use true or false'),
    expect.stringContaining('emptyContent: use absent or empty'),
  ])
  expect((await server.call('GET', path())).body).toEqual(before.body)
})

test('S-2.7-02 GetCRL stays on as long as certificates name no place for their CRL', async () => {
  const off = { overrides: { getCrl: false } }
  const { status, body } = await server.call('PUT', path(), off)
  expect([status, body]).toEqual([422, [expect.stringContaining('CHANCERY_PUBLIC_URL is not set')]])
  const published = await startAdminServer('token', { publicUrl: 'http://scep.example' })
  const answer = await published.call('PUT', `/v1/scepProfiles/${published.uuid}/compatibility`, off)
  await published.close()
  expect(answer).toMatchObject({ status: 200, body: off })
})

test('no switch is smuggled in by a name of Object.prototype', async () => {
  const { status } = await server.call('PUT', path(), '{"overrides":{"__proto__":{"singleDes":true},"constructor":1}}')
  expect(status).toBe(422)
})
