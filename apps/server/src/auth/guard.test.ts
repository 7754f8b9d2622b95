import { afterAll, beforeAll, expect, test } from 'vitest'
import { WRONG_TOKENS } from '../limits/authentication-limits.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { newTokenText } from './token-text.ts'

const ADMIN = 'an-api-token-of-at-least-32-characters'

let server: TestApp
beforeAll(async () => {
  server = await testApp({ CHANCERY_ADMIN_TOKEN: ADMIN, CHANCERY_WORKERS: '1' })
})
afterAll(() => server.close())

const ask = (remoteAddress: string, token: string | undefined) =>
  server.app.inject({
    method: 'GET',
    url: '/api/v1/raProfiles',
    remoteAddress,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  })

async function guess(remoteAddress: string, times: number): Promise<number[]> {
  const statuses = []
  for (let count = 0; count < times; count++) {
    statuses.push((await ask(remoteAddress, newTokenText().reveal())).statusCode)
  }
  return statuses
}

test('a source that guesses is told to wait, whatever it shows then; nobody else is, and after a while it is heard again', async () => {
  const statuses = await guess('192.0.2.7', WRONG_TOKENS.burst + 1)
  expect(statuses.slice(0, -1).every((status) => status === 401)).toBe(true)
  expect(statuses.at(-1)).toBe(429)
  const shut = await ask('192.0.2.7', ADMIN)
  expect([shut.statusCode, Number(shut.headers['retry-after'])]).toEqual([429, 2])
  expect(shut.json().message).toMatch(/^Too many wrong API tokens came from your address\./)
  expect((await ask('192.0.2.8', ADMIN)).statusCode).toBe(200)
  server.clock.now = new Date(server.clock.now.getTime() + 2000)
  expect((await ask('192.0.2.7', ADMIN)).statusCode).toBe(200)
})

test('an IPv6 source is its /64', async () => {
  await guess('2001:db8::1', WRONG_TOKENS.burst)
  expect((await ask('2001:db8::ffff', ADMIN)).statusCode).toBe(429)
  expect((await ask('2001:db8:0:1::1', ADMIN)).statusCode).toBe(200)
})

test('showing none, or a genuine one that is over, guesses nothing and costs nothing', async () => {
  const { body, statusCode } = await server.app.inject({
    method: 'POST',
    url: '/api/v1/tokens',
    headers: { authorization: `Bearer ${ADMIN}` },
    payload: { name: 'old-script', role: 'auditor' },
  })
  expect(statusCode).toBe(201)
  const { uuid, token } = JSON.parse(body) as { uuid: string; token: string }
  await server.store.tokens.revoke(uuid, server.clock.now)
  for (let count = 0; count <= WRONG_TOKENS.burst; count++) {
    await ask('192.0.2.9', token)
    await ask('192.0.2.9', undefined)
  }
  expect((await ask('192.0.2.9', ADMIN)).statusCode).toBe(200)
})

test('what is refused is in the log with the address and the cause, and never with the token', async () => {
  const token = newTokenText().reveal()
  await ask('192.0.2.77', token)
  const line = server.lines.find(({ peer }) => peer === '192.0.2.77')
  expect(line).toMatchObject({ msg: 'an API token was refused', because: 'unknown' })
  expect(JSON.stringify(server.lines)).not.toContain(token)
})
