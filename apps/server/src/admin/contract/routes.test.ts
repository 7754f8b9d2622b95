import * as contract from '@chancery/api'
import { rightOf, routesOf } from '@chancery/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  server.app.inject({ method: 'GET', url: `/api${path}`, headers })

test('the contract is readable without a token, and says the same everywhere', async () => {
  const answer = await get('/openapi.json')
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
  expect(answer.json()).toMatchObject({ openapi: '3.1.1', servers: [{ url: '/api' }] })
  const other = await startAdminServer('token', { publicUrl: 'https://secret-name.example' })
  expect((await other.app.inject('/api/openapi.json')).body).toBe(answer.body)
  await other.close()
})

test('every route of the contract is served, at each of its addresses', async () => {
  for (const [name, { method, path, alsoAt = [] }] of Object.entries(routesOf(contract))) {
    for (const url of [path, ...alsoAt]) {
      expect([name, url, server.app.hasRoute({ method, url: `/api${url}` })]).toEqual([name, url, true])
    }
  }
})

test('the page has every route with its right and an example, and nothing on it is loaded or run', async () => {
  const page = await get('/docs')
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  for (const [name, route] of Object.entries(routesOf(contract))) {
    const right = rightOf(route)
    expect(page.body).toContain(`<details id="${name}">`)
    if (right !== undefined) expect(page.body).toContain(`<code>${right}</code>`)
  }
  expect(page.body).toContain('curl -X POST &#34;$BASE/api/v1/scepProfiles&#34;')
  expect(page.body).not.toMatch(/<script|<link|<img|\son\w+=|url\(|@import|src=/i)
  expect(page.headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/,
  )
})

test('every link on the page leads to something', async () => {
  const { body } = await get('/docs')
  const targets = [...body.matchAll(/href="#([^"]+)"/g)].map((match) => match[1] ?? '')
  expect(targets.length).toBeGreaterThan(50)
  expect(targets.filter((id) => !body.includes(`id="${id}"`))).toEqual([])
})

test('who has it already gets 304', async () => {
  for (const path of ['/docs', '/openapi.json']) {
    const etag = String((await get(path)).headers.etag)
    const again = await get(path, { 'if-none-match': etag })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  }
})

test('everything else still needs a token', async () => {
  for (const path of ['/docs/', '/docs/x', '/openapi.yaml', '/v1/scepProfiles']) {
    expect([path, (await get(path)).statusCode]).toEqual([path, 401])
  }
})
