import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer, TOKEN } from './testing/admin-server.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

test.each([
  ['no token', {}],
  ['a wrong token', { authorization: `Bearer ${TOKEN}x` }],
  ['another scheme', { authorization: `Basic ${TOKEN}` }],
])('%s is 401 with WWW-Authenticate and a sentence, for known and unknown routes', async (_, headers) => {
  for (const path of ['/v1/scepProfiles', '/v1/nothing']) {
    const answer = await server.call('GET', path, undefined, headers as Record<string, string>)
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm=/)
    expect(answer.body).toEqual({ message: expect.any(String) })
    expect(answer.text).not.toContain(TOKEN)
  }
})

test('the caller is asked for before the body is looked at', async () => {
  const answer = await server.call('PUT', `/v1/scepProfiles/${server.uuid}`, '{ not JSON', {})
  expect(answer.status).toBe(401)
})

test('over the Unix socket no token is needed', async () => {
  const local = await startAdminServer('socket')
  expect((await local.call('GET', '/v1/scepProfiles', undefined, {})).status).toBe(200)
  await local.close()
})

test('an unknown route is 404 with a message', async () => {
  const answer = await server.call('GET', '/v1/nothing')
  expect([answer.status, answer.body]).toEqual([404, { message: 'There is no such route.' }])
})

test('what is not JSON is 400, another type 415, too much 413, and none of it is repeated', async () => {
  const path = `/v1/scepProfiles/${server.uuid}`
  const broken = await server.call('PUT', path, '{"challengePassword":"hunter2 and more"')
  expect([broken.status, broken.body]).toEqual([400, { message: 'The body is not valid JSON.' }])
  const form = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-www-form-urlencoded' }
  expect((await server.call('PUT', path, 'challengePassword=hunter2', form)).status).toBe(415)
  expect((await server.call('PUT', path, { description: 'x'.repeat(300_000) })).status).toBe(413)
})

test('every fault of a body comes at once, as a list of sentences', async () => {
  const { status, body } = await server.call('PUT', `/v1/scepProfiles/${server.uuid}`, {
    name: 'other',
    allowPolling: 'yes',
    renewalThreshold: -1,
  })
  expect(status).toBe(422)
  expect(body).toEqual([
    expect.stringMatching(/^"name" is not a field of this/),
    expect.stringMatching(/^renewalThreshold must be/),
    expect.stringMatching(/^allowPolling must be/),
  ])
})

test('a failure of ours is 500 with an id that the log has, and nothing of what happened', async () => {
  const broken = await startAdminServer()
  await broken.store.close()
  const { status, body } = await broken.call('POST', `/v1/scepProfiles/${broken.uuid}/challenges`, {})
  expect(status).toBe(500)
  const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec((body as { message: string }).message)?.[0]
  expect(broken.log.join('')).toContain(id)
  expect(JSON.stringify(body)).not.toMatch(/sqlite|stack|\.ts/i)
  await broken.app.close()
})

test('no answer may be kept by a cache', async () => {
  const { headers } = await server.call('GET', '/v1/scepProfiles')
  expect(headers['cache-control']).toBe('no-store')
})
