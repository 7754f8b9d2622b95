import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AccessRule, DEFAULT_ACCESS_RULE, type ScepProfileChange, Secret } from '@chancery/ra'
import { parseCaCertificates, selectRecipient } from '@chancery/scep'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Device, newDevice, type PublishedCa, read, sealEnrolment } from '../../../../tests/device.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

/** From where and how much at a time a profile is used, and what a webhook has to do with it. */

const PROFILE = '/api/v1/protocols/scep/default/pkiclient.exe'
const KEY = 'a-webhook-key-for-tests-0123456789abcdef'

let server: TestApp
let device: Device
beforeEach(async () => {
  server = await testApp({ CHANCERY_WORKERS: '1' })
  device = await newDevice()
})
afterEach(() => server.close())

async function change(changes: ScepProfileChange): Promise<void> {
  const { configuration } = await server.context.snapshots.refresh()
  const uuid = configuration.scepProfiles[0]?.uuid ?? ''
  await server.store.configuration.edit([{ edit: 'setScepProfile', uuid, change: changes }])
}
const limit = (access: Partial<AccessRule>) => change({ access: { ...DEFAULT_ACCESS_RULE, ...access } })

const get = (operation: string, remoteAddress: string, path = PROFILE) =>
  server.app.inject({ method: 'GET', url: `${path}?operation=${operation}`, remoteAddress })

async function publishedCa(): Promise<PublishedCa> {
  const answer = await get('GetCACert', '127.0.0.1')
  const certificates = parseCaCertificates(answer.rawPayload, String(answer.headers['content-type']))
  return { certificates, recipient: selectRecipient(certificates) }
}

const post = (payload: Buffer, remoteAddress = '192.0.2.7') =>
  server.app.inject({ method: 'POST', url: `${PROFILE}?operation=PKIOperation`, payload, remoteAddress })

describe('allowed networks', () => {
  test('whoever asks from elsewhere gets HTTP 403 and a sentence, for every operation and at every address', async () => {
    await limit({ networks: ['10.0.0.0/8', '2001:db8::/32'] })
    const addresses = [PROFILE, '/scep', '/api/v1/protocols/scep/raProfile/default']
    for (const path of addresses) {
      for (const operation of ['GetCACaps', 'GetCACert', 'GetNextCACert', 'PKIOperation&message=MAA=']) {
        for (const from of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db9::1', '127.0.0.1']) {
          const answer = await get(operation, from, path)
          expect([answer.statusCode, answer.body]).toEqual([403, 'This address is not served from your network.\n'])
        }
      }
    }
    expect(server.lines.at(-1)).toMatchObject({
      outcome: 'rejected',
      reason: 'network',
      detail: '127.0.0.1 is in none of the allowed networks of SCEP profile "default"',
      peer: '127.0.0.1',
    })
  })

  test('whoever asks from there is served, IPv4 also in the coat of IPv6', async () => {
    await limit({ networks: ['10.0.0.0/8', '2001:db8::/32'] })
    for (const from of ['10.9.8.7', '::ffff:10.9.8.7', '2001:db8:1::1']) {
      expect((await get('GetCACaps', from)).statusCode).toBe(200)
    }
  })
})

describe('requests per minute', () => {
  test('one more from the same source is HTTP 429 with Retry-After; capabilities and certificates stay free', async () => {
    await limit({ requestsPerMinute: 2 })
    const nonsense = Buffer.from('nonsense')
    const statuses = []
    for (let count = 0; count < 3; count++) statuses.push((await post(nonsense)).statusCode)
    expect(statuses).toEqual([400, 400, 429])
    const limited = await post(nonsense)
    expect(limited.headers['retry-after']).toBe('30')
    expect(server.lines.at(-1)).toMatchObject({ outcome: 'limited', reason: 'too_many_requests', profile: 'default' })
    expect((await post(nonsense, '192.0.2.8')).statusCode, 'another source').toBe(400)
    const network = (host: string) => `2001:db8:1:2::${host}`
    const ofOneNetwork = []
    for (const host of ['1', '2', '3']) ofOneNetwork.push((await post(nonsense, network(host))).statusCode)
    expect(ofOneNetwork, 'IPv6 counts by /64').toEqual([400, 400, 429])
    expect((await get('GetCACert', '192.0.2.7')).statusCode).toBe(200)
  })
})

describe('with a webhook', () => {
  let hook: Server
  const asks: (() => void)[] = []
  beforeEach(async () => {
    asks.length = 0
    hook = createServer((request, response) => {
      const { 'x-chancery-timestamp': time, 'idempotency-key': key } = request.headers
      asks.push(() => allow(response, `${time}.${key}`))
    })
    await once(hook.listen(0, '127.0.0.1'), 'listening')
    await change({
      challengeKind: 'webhook',
      webhook: {
        url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
        timeoutMilliseconds: 30_000,
        allowPrivateAddresses: true,
        trustedCertificates: null,
      },
      webhookKey: new Secret(KEY),
    })
  })
  afterEach(() => {
    hook.closeAllConnections()
    hook.close()
  })

  function allow(response: ServerResponse, to: string): void {
    const body = '{"decision":"allow"}'
    const signature = `v1=${createHmac('sha256', KEY).update(`${to}.${body}`).digest('hex')}`
    response.writeHead(200, { 'content-type': 'application/json', 'x-chancery-signature': signature }).end(body)
  }
  const asked = (count: number) => expect.poll(() => asks.length, { timeout: 20_000 }).toBe(count)

  test('no more messages are in work than may be: one more is HTTP 503 with Retry-After, and then there is room', async () => {
    await limit({ concurrentRequests: 1 })
    const ca = await publishedCa()
    const first = await sealEnrolment(device, ca, { challenge: 'secret' })
    const answering = post(first.message)
    answering.then(() => undefined)
    await asked(1)
    const refused = await post(Buffer.from('nonsense'))
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '5'])
    expect(server.lines.at(-1)).toMatchObject({ reason: 'overload', profile: 'default' })
    asks[0]?.()
    expect(await read(first, (await answering).rawPayload, ca)).toMatchObject({ status: 'SUCCESS' })
    expect((await post(Buffer.from('nonsense'))).statusCode).toBe(400)
  })

  test('design, rule 19: after a crash between the yes and its transaction it is not asked again, and one certificate is made', async () => {
    const ca = await publishedCa()
    const request = await sealEnrolment(device, ca, { challenge: 'secret' })
    const { ledger } = server.store
    const { issue } = ledger
    Object.assign(ledger, { issue: () => Promise.reject(new Error('killed')) })
    const answering = post(request.message)
    answering.then(() => undefined)
    await asked(1)
    asks[0]?.()
    expect((await answering).statusCode).toBe(500)
    Object.assign(ledger, { issue })
    const before = await server.store.inventory.count()
    for (let count = 0; count < 2; count++) {
      expect(await read(request, (await post(request.message)).rawPayload, ca)).toMatchObject({ status: 'SUCCESS' })
    }
    expect((await server.store.inventory.count()) - before).toBe(1)
    expect(asks).toHaveLength(1)
  })

  test('a change of the configuration while it thinks does not ask twice', async () => {
    const ca = await publishedCa()
    const request = await sealEnrolment(device, ca, { challenge: 'secret' })
    const answering = post(request.message)
    answering.then(() => undefined)
    await asked(1)
    await change({ description: 'changed meanwhile' })
    asks[0]?.()
    expect(await read(request, (await answering).rawPayload, ca)).toMatchObject({ status: 'SUCCESS' })
    expect(asks).toHaveLength(1)
  })

  test('what it allowed and nobody used is removed by a job', async () => {
    const until = new Date(server.clock.now.getTime() + 600_000)
    const key = Buffer.alloc(32, 1)
    await server.store.allows.remember(key, until)
    server.clock.now = until
    await server.runJobs()
    expect(await server.store.allows.isDue(until)).toBe(false)
  })
})
