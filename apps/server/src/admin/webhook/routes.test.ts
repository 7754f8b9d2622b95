import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

const KEY = 'a-webhook-key-for-tests-0123456789abcdef'
const URL = 'https://hooks.example/scep'

let server: AdminServer
beforeEach(async () => {
  server = await startAdminServer()
})
afterEach(() => server.close())

const path = () => `/v1/scepProfiles/${server.uuid}`
const put = (body: unknown) => server.call('PUT', path(), body)
const held = async () => (await server.context.snapshots.current()).configuration.scepProfiles[0]

describe('the webhook of a profile', () => {
  test('is set, changed field by field, keeps its key, and shows it nowhere', async () => {
    const set = await put({ challengeKind: 'webhook', webhook: { url: URL, key: KEY } })
    expect(set.body).toMatchObject({
      challengeKind: 'webhook',
      webhook: {
        url: URL,
        timeoutMilliseconds: 5000,
        allowPrivateAddresses: false,
        trustedCertificates: null,
        keySet: true,
      },
    })
    const changed = await put({ webhook: { timeoutMilliseconds: 500 } })
    expect(changed.body).toMatchObject({ webhook: { url: URL, timeoutMilliseconds: 500, keySet: true } })
    await put({ description: 'nothing about it' })
    expect((await held())?.webhookKey?.reveal()).toBe(KEY)
    const shown = await server.call('GET', path())
    expect(set.text + changed.text + shown.text + server.log.join('')).not.toContain(KEY)
  })

  test('S26 goes with its key when challenges are of another kind', async () => {
    await put({ challengeKind: 'webhook', webhook: { url: URL, key: KEY } })
    const other = await put({ challengeKind: 'one-time' })
    expect(other.body).toMatchObject({ webhook: null })
    expect(await held()).toMatchObject({ webhook: null, webhookKey: undefined })
    expect((await put({ challengeKind: 'webhook', webhook: { url: URL } })).body).toEqual([
      expect.stringContaining('webhook.key is missing'),
    ])
  })

  test.each<[string, unknown, RegExp[]]>([
    ['neither url nor key', {}, [/webhook\.key is missing/, /webhook\.url is missing/]],
    ['removed', { webhook: null }, [/nobody to ask/]],
    ['a short key', { webhook: { url: URL, key: 'x'.repeat(31) } }, [/webhook.key must be 32 to 255/]],
    ['another field', { webhook: { url: URL, key: KEY, secret: 'x' } }, [/secret/]],
    ['no URL', { webhook: { url: 'hooks.example', key: KEY } }, [/no https URL/]],
    ['another scheme', { webhook: { url: 'ftp://hooks.example', key: KEY } }, [/no https URL/]],
    ['plain http', { webhook: { url: 'http://hooks.example', key: KEY } }, [/plain http/]],
    ['a password in it', { webhook: { url: 'https://u:p@hooks.example#x', key: KEY } }, [/password/, /fragment/]],
    ['loopback', { webhook: { url: 'https://0x7f.1/', key: KEY } }, [/127\.0\.0\.1, a private address/]],
    [
      'metadata',
      { webhook: { url: 'https://[::ffff:a9fe:a9fe]/', key: KEY, allowPrivateAddresses: true } },
      [/no webhook may be/],
    ],
    ['no certificate', { webhook: { url: URL, key: KEY, trustedCertificates: 'PEM' } }, [/certificates in PEM/]],
    [
      'times',
      { webhook: { url: URL, key: KEY, timeoutMilliseconds: 499 } },
      [/timeoutMilliseconds must be a whole number of milliseconds/],
    ],
    ['networks', { webhook: { url: URL, key: KEY }, allowedNetworks: ['10.0.0.0/8', '10/8'] }, [/allowedNetworks\/1/]],
    ['limits', { webhook: { url: URL, key: KEY }, requestsPerMinute: 0 }, [/requestsPerMinute must be/]],
  ])('%s is 422 with every fault, and changes nothing', async (_what, body, faults) => {
    const answer = await put({ challengeKind: 'webhook', ...(body as object) })
    expect(answer.status).toBe(422)
    expect(answer.body).toEqual(faults.map((fault) => expect.stringMatching(fault)))
    expect((await held())?.challengeKind).toBe('one-time')
  })

  test('for another kind of challenge is 422', async () => {
    expect((await put({ webhook: { url: URL, key: KEY } })).body).toEqual([
      'webhook is used only where challengeKind is webhook, not one-time.',
    ])
  })
})

test('networks and limits are set and taken away', async () => {
  const limits = { allowedNetworks: ['10.0.0.0/8', '2001:db8::/32'], requestsPerMinute: 60, concurrentRequests: 8 }
  expect((await put(limits)).body).toMatchObject(limits)
  expect((await put({ description: 'x' })).body).toMatchObject(limits)
  const none = { allowedNetworks: [], requestsPerMinute: null, concurrentRequests: null }
  expect((await put(none)).body).toMatchObject(none)
})

describe('a trial', () => {
  const trial = () => server.call('POST', `${path()}/webhook/test`, {})

  test('is 422 without a webhook, 404 without a profile, 401 without a token', async () => {
    expect((await trial()).status).toBe(422)
    const nowhere = '/v1/scepProfiles/019a0000-0000-7000-8000-000000000009/webhook/test'
    expect((await server.call('POST', nowhere, {})).status).toBe(404)
    expect((await server.call('POST', `${path()}/webhook/test`, {}, {})).status).toBe(401)
  })

  test('asks with a sample request and says what came back, or why that is no answer', async () => {
    let isSigned = true
    const seen: Record<string, unknown>[] = []
    const hook = createServer(async (request, response) => {
      seen.push(JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString()))
      const body = '{"decision":"allow","reason":"it is the sample"}'
      const { 'x-chancery-timestamp': time, 'idempotency-key': key } = request.headers
      const signature = `v1=${createHmac('sha256', KEY).update(`${time}.${key}.${body}`).digest('hex')}`
      const headers = isSigned ? { 'x-chancery-signature': signature } : {}
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body)
    })
    await once(hook.listen(0, '127.0.0.1'), 'listening')
    try {
      const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
      await put({ challengeKind: 'webhook', webhook: { url, key: KEY, allowPrivateAddresses: true } })
      expect((await trial()).body).toEqual({
        decision: 'allow',
        reason: 'it is the sample',
        retryAfterSeconds: null,
        fault: null,
        milliseconds: expect.any(Number),
      })
      isSigned = false
      expect((await trial()).body).toMatchObject({ decision: 'none', fault: 'it allowed without a signature' })
    } finally {
      hook.closeAllConnections()
      hook.close()
    }
    expect(seen[0]).toMatchObject({ kind: 'test', scepProfile: 'default', challenge: 'sample-challenge' })
    expect(seen[0]?.idempotencyKey).not.toBe(seen[1]?.idempotencyKey)
  })
})
