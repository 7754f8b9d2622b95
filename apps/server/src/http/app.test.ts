import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

const TOKEN = 'a-token-of-at-least-32-characters-'

let server: TestApp
beforeAll(async () => {
  server = await testApp({ CHANCERY_ADMIN_TOKEN: TOKEN })
})
afterAll(() => server.close())

const status = async (app: TestApp['app'], url: string) => (await app.inject({ method: 'GET', url })).statusCode

describe('a listener for devices alone', () => {
  test('has no administration and no figures', async () => {
    const app = server.surface({ devices: true, administration: 'none' })
    for (const url of ['/metrics', '/api/v1/scepProfiles', '/api/openapi.json'])
      expect(await status(app, url)).toBe(404)
    for (const url of ['/scep?operation=GetCACaps', '/pki/default/1.crl', '/healthz', '/readyz']) {
      expect(await status(app, url)).toBe(200)
    }
  })
})

describe('a listener for administration alone', () => {
  test('does not speak SCEP', async () => {
    const app = server.surface({ devices: false, administration: 'token' })
    for (const url of ['/scep?operation=GetCACaps', '/pki/default/1.crl']) expect(await status(app, url)).toBe(404)
    expect(await status(app, '/metrics')).toBe(200)
    expect(await status(app, '/api/v1/scepProfiles')).toBe(401)
  })
})

test('what is at no address is HTTP 404 in plain words', async () => {
  const answer = await server.app.inject({ method: 'GET', url: '/nothing/here' })
  expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
    404,
    'text/plain',
    'There is nothing at this address.\n',
  ])
})

test('an address that cannot be decoded is HTTP 400 in plain words', async () => {
  const answer = await server.app.inject({ method: 'GET', url: '/scep/%zz?operation=GetCACaps' })
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'text/plain'])
})

test('the figures count requests by operation and outcome', async () => {
  await server.app.inject({ method: 'GET', url: '/scep?operation=GetCACert' })
  const { body } = await server.app.inject({ method: 'GET', url: '/metrics' })
  expect(body).toMatch(/^chancery_scep_requests_total\{operation="GetCACert",outcome="served"\} [1-9]/m)
  expect(body).toMatch(/^nodejs_eventloop_lag_seconds /m)
})

test('readiness asks the store', async () => {
  const closed = await testApp()
  await closed.store.close()
  expect(await status(closed.app, '/healthz')).toBe(200)
  expect(await status(closed.app, '/readyz')).toBe(503)
  await closed.app.close()
})
