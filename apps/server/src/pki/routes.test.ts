import {
  baseCrlNumber,
  crlNumber,
  issuingDistributionPoint,
  parseCertificate,
  parseCrl,
  verifyCrl,
} from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

let server: TestApp
beforeAll(async () => {
  server = await testApp()
})
afterAll(() => server.close())

const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ method: 'GET', url, headers })

test('the CA certificate is at its URL, in DER', async () => {
  const answer = await get('/pki/default/1.crt')
  expect(answer.headers['content-type']).toBe('application/pkix-cert')
  const { configuration } = await server.context.snapshots.current()
  expect(answer.rawPayload).toEqual(configuration.issuers[0]?.certificate)
})

test('from the first start on there is an empty CRL, signed by the CA', async () => {
  const answer = await get('/pki/default/1.crl')
  expect(answer.headers['content-type']).toBe('application/pkix-crl')
  expect(answer.headers['cache-control']).toBe('public, max-age=3600')
  const crl = parseCrl(answer.rawPayload)
  const { configuration } = await server.context.snapshots.current()
  const ca = parseCertificate(configuration.issuers[0]?.certificate as Buffer)
  expect(crl.revoked).toHaveLength(0)
  expect(verifyCrl(crl, ca.publicKey)).toBe(true)
})

test('who has it already is told so', async () => {
  for (const file of ['1.crl', '1.crt']) {
    const first = await get(`/pki/default/${file}`)
    const again = await get(`/pki/default/${file}`, { 'if-none-match': `"x", W/${first.headers.etag}` })
    expect([again.statusCode, again.rawPayload.length]).toEqual([304, 0])
    expect((await get(`/pki/default/${file}`, { 'if-none-match': '"x"' })).statusCode).toBe(200)
  }
})

test('HEAD is answered without the body', async () => {
  const answer = await server.app.inject({ method: 'HEAD', url: '/pki/default/1.crl' })
  expect([answer.statusCode, answer.rawPayload.length]).toEqual([200, 0])
})

test.each([
  'default/2.crl',
  'nobody/1.crl',
  'default/1.pem',
  'default/0.crl',
  'default/1',
  'default/01.crt',
  '%2e%2e/1.crt',
  'default/1.delta.crl',
  'default/1/1.crl',
  'default/1/01.crl',
  'default/1/99999.crl',
  'default/1/1.crt',
  'default/01/1.crl',
  'nobody/1/1.crl',
])('/pki/%s is HTTP 404', async (path) => expect((await get(`/pki/${path}`)).statusCode).toBe(404))

test('a new CRL comes before half of the life of the old one is over, with a higher number', async () => {
  const first = parseCrl((await get('/pki/default/1.crl')).rawPayload)
  const half = (first.nextUpdate as Date).getTime() - first.thisUpdate.getTime()
  server.clock.now = new Date(first.thisUpdate.getTime() + half / 2 - 1000)
  await server.runJobs()
  expect(crlNumber(parseCrl((await get('/pki/default/1.crl')).rawPayload))).toBe(crlNumber(first))
  server.clock.now = new Date(first.thisUpdate.getTime() + half / 2)
  await server.runJobs()
  server.clock.now = new Date(server.clock.now.getTime() + 5000)
  const second = parseCrl((await get('/pki/default/1.crl')).rawPayload)
  expect(crlNumber(second)).toBeGreaterThan(crlNumber(first) as bigint)
})

test('delta CRL and shards are at their URLs once there are some, with what caches need', async () => {
  const { configuration } = await server.context.snapshots.current()
  const change = {
    settings: { deltaCrls: true, crlShards: 2, crlShardUrl: 'http://cdn.test/{generation}/{shard}.crl' },
  }
  await server.store.configuration.edit([
    { edit: 'setAuthority', uuid: configuration.authorities[0]?.uuid ?? '', change },
  ])
  server.clock.now = new Date(server.clock.now.getTime() + 5000)
  await server.runJobs()
  server.clock.now = new Date(server.clock.now.getTime() + 5000)
  const complete = parseCrl((await get('/pki/default/1.crl')).rawPayload)
  const delta = await get('/pki/default/1.delta.crl')
  expect(baseCrlNumber(parseCrl(delta.rawPayload))).toBe(crlNumber(complete))
  const shard = await get('/pki/default/1/2.crl')
  expect(issuingDistributionPoint(parseCrl(shard.rawPayload))).toEqual(['http://cdn.test/1/2.crl'])
  for (const { headers } of [delta, shard]) {
    expect(headers).toMatchObject({
      'content-type': 'application/pkix-crl',
      'cache-control': 'public, max-age=3600',
      'last-modified': expect.stringMatching(/ GMT$/),
    })
  }
  const known = await get('/pki/default/1/2.crl', { 'if-none-match': String(shard.headers.etag) })
  expect([known.statusCode, known.rawPayload.length]).toEqual([304, 0])
  const head = await server.app.inject({ method: 'HEAD', url: '/pki/default/1.delta.crl' })
  expect([head.statusCode, head.rawPayload.length]).toEqual([200, 0])
  expect((await get('/pki/default/1/3.crl')).statusCode).toBe(404)
})
