import { afterEach, expect, test, vi } from 'vitest'
import { createChallenge } from '../admin.ts'
import { enrol, fetchCa, newDevice, PROFILE_PATH, post, sealEnrolment } from '../device.ts'
import { rawRequest, request } from '../raw-http.ts'
import { startServer, type TestServer } from '../server.ts'

let server: TestServer
afterEach(() => server.stop())

type LogLine = Record<string, unknown>

/** Lines are written a moment after the answer. */
const lines = (operation: string, count: number): Promise<LogLine[]> =>
  vi.waitFor(() => {
    const found = allLines(operation)
    expect(found.length).toBeGreaterThanOrEqual(count)
    return found
  }, 10_000)

const allLines = (operation: string): LogLine[] =>
  server
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine)
    .filter((line) => line.operation === operation)

test('each SCEP request leaves one line, and the challenge is in none', async () => {
  server = await startServer()
  const ca = await fetchCa(server.url)
  const challenge = await createChallenge(server)
  const enrolment = await sealEnrolment(await newDevice(), ca, { challenge, subject: 'CN=logged' })
  await enrol(server.url, enrolment, ca)
  const refused = await sealEnrolment(await newDevice(), ca, { challenge: 'a-wrong-challenge' })
  await post(server.url, refused.message)

  expect(await lines('GetCACert', 1)).toHaveLength(1)
  const [issued, denied, ...more] = await lines('PKIOperation', 2)
  expect(more).toEqual([])
  expect(issued).toMatchObject({ profile: 'default', transactionId: enrolment.transactionId, peer: '127.0.0.1' })
  expect(denied).toMatchObject({
    transactionId: refused.transactionId,
    reason: 'challenge_refused',
    see: 'docs/errors/challenge_refused.md',
  })
  expect(server.log()).not.toContain(challenge)
  expect(server.log()).not.toContain('a-wrong-challenge')
  expect(server.log()).not.toContain(server.adminToken)
})

test.each([
  ['counts from a trusted proxy', { CHANCERY_TRUSTED_PROXIES: '127.0.0.0/8' }, '203.0.113.9'],
  ['means nothing from anybody else', {}, '127.0.0.1'],
])('S30 X-Forwarded-For %s', async (_, env, peer) => {
  server = await startServer({ env: env as Record<string, string> })
  const headers = ['X-Forwarded-For: 198.51.100.1, 203.0.113.9']
  await rawRequest(server.url, request('GET', `${PROFILE_PATH}?operation=GetCACaps`, headers))
  expect((await lines('GetCACaps', 1)).map((line) => line.peer)).toEqual([peer])
})
