import { afterEach, beforeEach, expect, test } from 'vitest'
import { Caller } from './caller.ts'
import { type IntuneEmulator, startIntuneEmulator } from './emulator.ts'
import type { Fault } from './faults.ts'
import { SERVICES } from './service.ts'

let emulator: IntuneEmulator
let authorization: string
beforeEach(async () => {
  emulator = await startIntuneEmulator({ revocation: { coolDown: 'off' } })
  authorization = `Bearer ${await new Caller(emulator).accessToken()}`
})
afterEach(() => emulator.stop())

/** One download, its answer unread. */
function ask(init: RequestInit = {}): Promise<Response> {
  const { path } = SERVICES.PkiConnectorFEService
  const base = `${emulator.url}/su/${emulator.tenant.unit}/${path}`
  return fetch(`${base}/CertificateAuthorityRequests/downloadRevocationRequests`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      authorization,
      'content-type': 'application/json',
      'client-request-id': '6f0d7c0e-3c0a-4b6c-9d8e-2b8a5f0f3a10',
      'api-version': '5019-05-05',
    },
    body: '{"downloadParameters":{"maxRequests":1,"issuerName":null}}',
    ...init,
  })
}

const fail = (fault: Fault) => emulator.inject({ endpoint: 'download', fault })
const offered = () => emulator.revocations().map(({ deliveries }) => deliveries)

test('a fault comes as often as it was ordered, after as many good answers as were ordered', async () => {
  emulator.inject({ endpoint: 'download', times: 2, after: 1, fault: { kind: 'status', status: 500 } })
  const statuses: number[] = []
  for (let count = 0; count < 4; count++) statuses.push((await ask()).status)
  expect(statuses).toEqual([200, 500, 500, 200])
  expect(emulator.requests('download').map(({ fault }) => fault)).toEqual([undefined, 'status', 'status', undefined])
})

test('a fault that always comes goes when faults are cleared', async () => {
  emulator.inject({ endpoint: 'any', times: 'always', fault: { kind: 'status', status: 503 } })
  expect([(await ask()).status, (await ask()).status]).toEqual([503, 503])
  emulator.clearFaults()
  expect((await ask()).status).toBe(200)
})

test('answers of proxies and broken services', async () => {
  fail({ kind: 'notJson' })
  expect(await (await ask()).text()).toContain('<html>')
  fail({ kind: 'emptyBody' })
  expect(await (await ask()).text()).toBe('')
  fail({ kind: 'wrongType' })
  expect(await (await ask()).json()).toEqual(['Success'])
  fail({ kind: 'hugeBody', bytes: 2 << 20 })
  expect((await (await ask()).text()).length).toBeGreaterThan(2 << 20)
  fail({ kind: 'retryAfter', seconds: 7 })
  expect((await ask()).headers.get('retry-after')).toBe('7')
  emulator.inject({ endpoint: 'token', fault: { kind: 'retryAfter', seconds: 7 } })
  const throttled = await fetch(`${emulator.authorityUrl}x/oauth2/v2.0/token`, { method: 'POST' })
  expect([throttled.status, await throttled.text()]).toEqual([429, 'Too Many Requests'])
})

test('a reset before leaves everything as it was; one after does not', async () => {
  emulator.enqueueRaw({ serialNumber: '01' })
  fail({ kind: 'reset' })
  await expect(ask()).rejects.toThrow()
  expect(offered()).toEqual([0])
  fail({ kind: 'reset', when: 'after' })
  await expect(ask()).rejects.toThrow()
  expect(offered()).toEqual([1])
})

test('a truncated answer ends before its length, and a hanging one never comes', async () => {
  fail({ kind: 'truncate' })
  await expect(ask().then((answer) => answer.text())).rejects.toThrow()
  fail({ kind: 'hang' })
  await expect(ask({ signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/)
})

test('slow header fields and late answers arrive whole', async () => {
  for (const kind of ['slowHeaders', 'delay'] as const) {
    fail({ kind, milliseconds: 5 })
    expect(await (await ask()).json()).toMatchObject({ value: [] })
  }
})

test('who follows a redirect is recorded', async () => {
  fail({ kind: 'redirect' })
  expect((await ask()).status).toBe(307)
  expect(emulator.violations()).toEqual([])
  fail({ kind: 'redirect' })
  await ask({ redirect: 'follow' })
  expect(emulator.violations()).toMatchObject([{ kind: 'redirectFollowed' }])
})

test('a tenant that moves is served at its new unit, and its old one says so', async () => {
  const before = emulator.tenant.unit
  fail({ kind: 'moved', status: 410 })
  expect((await ask()).status).toBe(410)
  expect(emulator.tenant.unit).not.toBe(before)
  expect((await ask()).status).toBe(200)
  emulator.moveTenant()
  expect((await ask()).status).toBe(200)
})
