import { afterAll, beforeAll, expect, test } from 'vitest'
import { PROFILE_PATH } from '../device.ts'
import { freePort } from '../free-port.ts'
import { startServer, type TestServer } from '../server.ts'

let server: TestServer
let adminUrl: string

beforeAll(async () => {
  const port = await freePort()
  adminUrl = `http://127.0.0.1:${port}`
  server = await startServer({ env: { CHANCERY_ADMIN_LISTEN: `127.0.0.1:${port}` } })
})
afterAll(() => server.stop())

const status = async (url: string, headers: Record<string, string> = {}) => (await fetch(url, { headers })).status
const token = () => ({ authorization: `Bearer ${server.adminToken}` })

test.each(['/api/v1/scepProfiles', '/metrics'])('%s is only where administration is', async (path) => {
  expect(await status(`${server.url}${path}`, token())).toBe(404)
  expect(await status(`${adminUrl}${path}`, token())).toBe(200)
})

test.each([`${PROFILE_PATH}?operation=GetCACert`, '/healthz', '/pki/default/1.crt'])(
  '%s is where devices are',
  async (path) => {
    expect(await status(`${server.url}${path}`)).toBe(200)
  },
)

test.each([
  ['no token', {}],
  ['a wrong token', { authorization: 'Bearer 0123456789abcdef0123456789abcdef0123456789abcdef' }],
  ['an empty token', { authorization: 'Bearer ' }],
  ['the token by another scheme', { authorization: 'Basic Zm9vOmJhcg==' }],
])('S2 with %s the API answers 401', async (_, headers) => {
  expect(await status(`${adminUrl}/api/v1/scepProfiles`, headers as Record<string, string>)).toBe(401)
})
