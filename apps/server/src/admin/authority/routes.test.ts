import { Authority, CA_KEY_TYPES, GENERATION_STATES } from '@chancery/api'
import { KEY_KINDS } from '@chancery/ca'
import { Value } from 'typebox/value'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
let path: string
beforeEach(async () => {
  server = await startAdminServer()
  const { configuration } = await server.context.snapshots.current()
  path = `/v1/authorities/${configuration.authorities[0]?.uuid}`
})
afterEach(() => server.close())

const generationsOf = (answer: { body: unknown }) => (answer.body as Authority).generations
const NOBODY = '/v1/authorities/019a0000-0000-7000-8000-000000000001'

test('an authority is shown with its CA certificate, in the list and alone', async () => {
  const list = await server.call('GET', '/v1/authorities')
  const one = await server.call('GET', path)
  expect(list).toMatchObject({ status: 200, body: [one.body] })
  expect(Value.Check(Authority, one.body)).toBe(true)
  expect(one.body).toMatchObject({
    name: 'default',
    kind: 'built-in',
    generations: [
      { generation: 1, state: 'current', subject: 'CN=Test CA', fingerprint: server.caFingerprint, keyType: 'p-256' },
    ],
  })
  expect(one.text).not.toContain('PRIVATE')
})

test('a next CA is prepared with the key, validity and date that are asked for', async () => {
  const currentFrom = new Date(Date.now() + 86_400_000).toISOString()
  const made = await server.call('POST', `${path}/next`, { keyType: 'p-384', validityYears: 3, currentFrom })
  expect(made).toMatchObject({ status: 201, headers: { location: `/api${path}` } })
  expect(Value.Check(Authority, made.body)).toBe(true)
  const [, next] = generationsOf(made)
  expect(next).toMatchObject({ generation: 2, state: 'next', keyType: 'p-384', currentFrom, subject: 'CN=Test CA' })
  const years = new Date(next?.notAfter ?? '').getUTCFullYear() - new Date().getUTCFullYear()
  expect(years).toBe(3)
  expect((await server.call('GET', path)).body).toEqual(made.body)
  expect(server.log.filter((line) => line.includes('next CA prepared'))).toHaveLength(1)
})

test.each([
  [{ keyType: 'rsa-1024' }, 'keyType must be one of rsa-2048, '],
  [{ validityYears: 0 }, 'validityYears must be'],
  [{ currentFrom: 'tomorrow' }, 'currentFrom must be a time with its zone'],
  [{ currentFrom: '2027-13-01T00:00:00Z' }, 'currentFrom is no day or time'],
  [{ key: 'p-256' }, 'key'],
])('%j is 422 and makes nothing', async (body, sentence) => {
  expect(await server.call('POST', `${path}/next`, body)).toMatchObject({
    status: 422,
    body: [expect.stringContaining(sentence)],
  })
  expect(generationsOf(await server.call('GET', path))).toHaveLength(1)
})

test.each([
  ['2020-01-01T00:00:00Z', 'must lie in the future'],
  ['2100-01-01T00:00:00Z', 'must not be after the end of the current CA'],
])('the date %s is 409 with the reason', async (currentFrom, sentence) => {
  expect(await server.call('POST', `${path}/next`, { currentFrom })).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining(sentence) },
  })
})

test('a date after the end of the next CA itself is 409', async () => {
  const currentFrom = new Date(Date.now() + 2 * 365 * 86_400_000).toISOString()
  expect(await server.call('POST', `${path}/next`, { currentFrom, validityYears: 1 })).toMatchObject({
    status: 409,
    body: { message: 'currentFrom must be before the end of the next CA.' },
  })
})

test('activate makes it the current one, once', async () => {
  const none = { status: 409, body: { message: expect.stringContaining('has no next CA') } }
  expect(await server.call('POST', `${path}/next/activate`)).toMatchObject(none)
  await server.call('POST', `${path}/next`, {})
  const activated = await server.call('POST', `${path}/next/activate`)
  expect(activated.status).toBe(200)
  expect(generationsOf(activated)).toMatchObject([{ state: 'retired' }, { state: 'current' }])
  expect(await server.call('POST', `${path}/next/activate`)).toMatchObject(none)
  const endpoint = (await server.call('GET', `/v1/scepProfiles/${server.uuid}/endpoint`)).body
  expect(endpoint).toMatchObject({ caFingerprint: generationsOf(activated)[1]?.fingerprint })
})

test('withdraw takes it back, and another one can be prepared', async () => {
  expect((await server.call('DELETE', `${path}/next`)).status).toBe(409)
  await server.call('POST', `${path}/next`, {})
  const withdrawn = await server.call('DELETE', `${path}/next`)
  expect(withdrawn.status).toBe(200)
  expect(generationsOf(withdrawn)).toMatchObject([{ state: 'current' }, { state: 'withdrawn' }])
  const again = await server.call('POST', `${path}/next`, {})
  expect(generationsOf(again).map(({ generation, state }) => [generation, state])).toEqual([
    [1, 'current'],
    [2, 'withdrawn'],
    [3, 'next'],
  ])
})

test('two that prepare one at once get one', async () => {
  const answers = await Promise.all([1, 2].map(() => server.call('POST', `${path}/next`, {})))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
})

test('an unknown authority is 404 whatever is asked, and nobody changes anything without a token', async () => {
  const missing = { status: 404, body: { message: 'There is no authority with this UUID.' } }
  for (const [method, what] of [
    ['GET', ''],
    ['POST', '/next'],
    ['POST', '/next/activate'],
    ['DELETE', '/next'],
  ] as const) {
    expect(await server.call(method, `${NOBODY}${what}`)).toMatchObject(missing)
    expect((await server.call(method, `${path}${what}`, undefined, {})).status).toBe(401)
  }
})

test('contract and CA know the same keys, contract and store the same states', () => {
  expect([...CA_KEY_TYPES]).toEqual(Object.keys(KEY_KINDS))
  expect(Object.keys(GENERATION_STATES)).toEqual(['next', 'current', 'retired', 'withdrawn'])
})
