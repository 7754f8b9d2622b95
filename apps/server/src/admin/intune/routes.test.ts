import { randomUUID } from 'node:crypto'
import type { AuditEvent, CreatedToken, ScepProfile } from '@chancery/api'
import type { ConnectionTest, IntuneSettings } from '@chancery/connectors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ServerContext } from '../../context.ts'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

const SECRET = 'a~client-secret.of~the_test-0123456789'
const INTUNE = {
  enableIntune: true,
  intuneTenant: 'contoso.example',
  intuneApplicationId: '9b1d7c3a-1111-4222-8333-abcdefabcdef',
  intuneApplicationKey: SECRET,
}
const VOUCHER = 'a'.repeat(64)
const PASSED: ConnectionTest = {
  steps: [
    { step: 'settings', verdict: 'passed', sentence: 'The client secret can be read.' },
    { step: 'intuneToken', verdict: 'warning', sentence: 'The token does not tell what is in it.' },
  ],
  roles: { graph: ['Application.Read.All'], intune: ['scep_challenge_provider'] },
}
const FAILED: ConnectionTest = {
  steps: [
    { step: 'settings', verdict: 'passed', sentence: 'The client secret can be read.' },
    { step: 'graphToken', verdict: 'failed', sentence: 'The client secret has expired.' },
    { step: 'discovery', verdict: 'skipped', sentence: 'Not tried: what it needs has failed.' },
  ],
  roles: { graph: [], intune: [] },
}

let server: AdminServer
let trial = PASSED
let voucher: string | undefined = VOUCHER
let asked: IntuneSettings[] = []
beforeEach(async () => {
  server = await startAdminServer()
  const intune: ServerContext['intune'] = {
    voucherOf: () => voucher,
    async test(settings) {
      asked.push(settings)
      return trial
    },
  }
  Object.assign(server.context, { intune })
  trial = PASSED
  voucher = VOUCHER
  asked = []
})
afterEach(() => server.close())

const path = () => `/v1/scepProfiles/${server.uuid}`
const switchOn = (settings: object = {}) => server.call('PUT', path(), { ...INTUNE, ...settings })
const tried = (headers?: Record<string, string>) => server.call('POST', `${path()}/intune/test`, {}, headers)
const status = (headers?: Record<string, string>) => server.call('GET', `${path()}/intune/status`, undefined, headers)

test('a trial asks with the settings as they are, tells step by step, and is an event without secrets', async () => {
  await switchOn()
  const { status: code, body } = await tried()
  expect([code, body]).toEqual([200, { ok: true, ...PASSED, milliseconds: expect.any(Number) }])
  expect(asked[0]?.rule.tenant).toBe('contoso.example')
  expect(asked[0]?.key?.reveal()).toBe(SECRET)
  trial = FAILED
  expect((await tried()).body).toMatchObject({ ok: false, ...FAILED })
  const audit = await server.call('GET', '/v1/auditLogs?action=scepProfile.testIntune')
  expect(
    (audit.body as { events: AuditEvent[] }).events.map(({ object, detail }) => [
      object?.name,
      (detail as { failed: string[] }).failed,
    ]),
  ).toEqual([
    ['default', ['graphToken']],
    ['default', []],
  ])
  expect(audit.text).not.toContain(SECRET)
})

test('both are 422 where Intune is off, 404 without the profile, 401 without a token', async () => {
  for (const call of [tried, status]) {
    expect(await call()).toMatchObject({ status: 422, body: [expect.stringContaining('has Intune off')] })
    expect((await call({})).status).toBe(401)
  }
  const nowhere = `/v1/scepProfiles/${randomUUID()}/intune`
  expect((await server.call('POST', `${nowhere}/test`, {})).status).toBe(404)
  expect((await server.call('GET', `${nowhere}/status`)).status).toBe(404)
  expect(asked).toEqual([])
})

test('whoever may only look sees the status and tries nothing; whose right ends elsewhere sees neither', async () => {
  await switchOn()
  const tokenOf = async (role: string, scope: object | null) => {
    const { body } = await server.call('POST', '/v1/tokens', { name: randomUUID(), role, scope })
    return { authorization: `Bearer ${(body as CreatedToken).token}` }
  }
  const viewer = await tokenOf('viewer', null)
  expect([(await status(viewer)).status, (await tried(viewer)).status]).toEqual([200, 403])
  const [authority] = (await server.call('GET', '/v1/authorities')).body as { uuid: string }[]
  await server.call('POST', '/v1/scepProfiles', { name: 'other', raCertificate: { authorityUuid: authority?.uuid } })
  const elsewhere = await tokenOf('administrator', { scepProfiles: ['other'], raProfiles: [] })
  expect([(await status(elsewhere)).status, (await tried(elsewhere)).status]).toEqual([404, 404])
  const own = await tokenOf('administrator', { scepProfiles: ['default'], raProfiles: [] })
  expect([(await status(own)).status, (await tried(own)).status]).toEqual([200, 200])
})

test('the status has the last contact of each kind, what is not acknowledged, and when the secret ends', async () => {
  await switchOn({ intune: { secretExpiresAt: '2020-01-01' } })
  const at = new Date('2026-03-01T12:00:00Z')
  const detail = 'ChallengeExpired (the challenge is older than its 60 minutes)'
  await server.store.voucherContacts.note([
    { voucher: VOUCHER, call: 'token', at, outcome: 'ok', detail: null },
    { voucher: VOUCHER, call: 'validate', at, outcome: 'refused', detail },
    { voucher: 'b'.repeat(64), call: 'notify', at, outcome: 'failed', detail: 'of somebody else' },
  ])
  expect((await status()).body).toEqual({
    contacts: [
      { call: 'token', at: at.toISOString(), outcome: 'ok', detail: null },
      { call: 'validate', at: at.toISOString(), outcome: 'refused', detail },
    ],
    held: 0,
    unreported: 0,
    secretExpiresAt: '2020-01-01T00:00:00.000Z',
    warnings: ((await server.call('GET', path())).body as ScepProfile).warnings,
  })
  voucher = undefined
  expect((await status()).body).toMatchObject({ contacts: [], held: 0, unreported: 0 })
})
