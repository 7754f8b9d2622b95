import type { AddressInfo } from 'node:net'
import type { Decision, DecisionDetails, IntuneStatus, IntuneTest, ScepProfile } from '@chancery/api'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import { newIntuneDevice } from '../emulators/intune/device/device.ts'
import { type IntuneEmulator, startIntuneEmulator } from '../emulators/intune/emulator.ts'

/** What an administrator does about Intune and sees of it, with the emulator at the other end. */

const TOKEN = 'an-admin-token-of-more-than-32-characters'

let emulator: IntuneEmulator
let server: TestApp
let url: string
let profile: ScepProfile
beforeAll(async () => {
  emulator = await startIntuneEmulator()
  server = await testApp({ ...emulator.environment, CHANCERY_ADMIN_TOKEN: TOKEN, CHANCERY_CA_KEY: 'rsa-2048' })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
  const [found] = (await call('GET', '/scepProfiles')) as ScepProfile[]
  profile = found as ScepProfile
  profile = (await call('PUT', `/scepProfiles/${profile.uuid}`, {
    enableIntune: true,
    intuneTenant: emulator.tenant.id,
    intuneApplicationId: emulator.app.clientId,
    intuneApplicationKey: emulator.secret,
  })) as ScepProfile
})
afterAll(async () => {
  await server.close()
  await emulator.stop()
})

async function call(method: 'GET' | 'PUT' | 'POST', path: string, payload?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const answer = await server.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
  if (answer.statusCode >= 300) throw new Error(`${answer.statusCode} ${answer.body}`)
  return answer.json()
}

const put = (body: object) => call('PUT', `/scepProfiles/${profile.uuid}`, body)
const trial = async () => (await call('POST', `/scepProfiles/${profile.uuid}/intune/test`, {})) as IntuneTest
const verdicts = ({ steps }: IntuneTest) => steps.map(({ step, verdict }) => `${step} ${verdict}`)

test('a connection that works passes every step and shows the permissions that were granted', async () => {
  const found = await trial()
  expect(found.ok, JSON.stringify(found.steps)).toBe(true)
  expect(verdicts(found)).toEqual(
    ['settings', 'graphToken', 'discovery', 'intuneToken', 'validation', 'revocation'].map((step) => `${step} passed`),
  )
  expect(found.roles).toEqual({ graph: ['Application.Read.All'], intune: ['scep_challenge_provider'] })
})

test('a wrong secret is named in words, and what needs it is skipped', async () => {
  await put({ intuneApplicationKey: 'not~the-secret' })
  const found = await trial()
  expect(found.ok).toBe(false)
  expect(verdicts(found).slice(0, 3)).toEqual(['settings passed', 'graphToken failed', 'discovery skipped'])
  expect(found.steps[1]?.sentence).toMatch(/secret/)
  expect(JSON.stringify(found)).not.toContain('not~the-secret')
  await put({ intuneApplicationKey: emulator.secret })
})

test('a device enrols, and the status says how Intune was reached', async () => {
  const pushed = emulator.challenge(emulator.issueChallenge())
  const device = await newIntuneDevice(pushed, { shape: 'windows' })
  expect((await device.enrol(`${url}/api/v1/protocols/scep/default/pkiclient.exe`)).status).toBe('SUCCESS')
  // They are noted behind the answer.
  await vi.waitFor(
    async () => {
      const status = (await call('GET', `/scepProfiles/${profile.uuid}/intune/status`)) as IntuneStatus
      expect(status.contacts.map(({ call: name, outcome }) => `${name} ${outcome}`)).toEqual([
        'discovery ok',
        'notify ok',
        'token ok',
        'validate ok',
      ])
      expect(status).toMatchObject({ held: 0, unreported: 0 })
    },
    { timeout: 20_000, interval: 200 },
  )
  expect(emulator.violations()).toEqual([])
})

test("a device that Intune refuses has Intune's code and its meaning in the record of the decision", async () => {
  const challenge = emulator.issueChallenge()
  const device = await newIntuneDevice(emulator.challenge(challenge))
  emulator.inject({ endpoint: 'validate', times: 1, fault: { kind: 'code', code: 'ChallengeExpired' } })
  await device.enrol(`${url}/api/v1/protocols/scep/default/pkiclient.exe`)
  await server.context.records.flush()
  const { decisions } = (await call('GET', '/decisions?outcome=refused')) as { decisions: Decision[] }
  const details = (await call('GET', `/decisions/${decisions[0]?.uuid}`)) as DecisionDetails
  expect(details.checks).toContainEqual({
    check: 'challenge',
    verdict: 'refused',
    detail: expect.stringContaining('ChallengeExpired (the challenge is older than its 60 minutes)'),
  })
  expect(details).toMatchObject({ reason: 'challenge_refused', see: 'docs/errors/challenge_refused.md' })
  expect(JSON.stringify(details)).not.toContain(challenge)
})

test('a certificate that Intune does not acknowledge is held, and status and decision say so', async () => {
  emulator.inject({ endpoint: 'success', times: 'always', fault: { kind: 'status', status: 400 } })
  const device = await newIntuneDevice(emulator.challenge(emulator.issueChallenge()))
  await expect(device.enrol(`${url}/api/v1/protocols/scep/default/pkiclient.exe`)).rejects.toThrow()
  emulator.clearFaults()
  expect(await call('GET', `/scepProfiles/${profile.uuid}/intune/status`)).toMatchObject({ held: 1, unreported: 0 })
  await server.context.records.flush()
  const { decisions } = (await call('GET', '/decisions?outcome=unavailable')) as { decisions: Decision[] }
  expect(decisions[0]?.sentence).toMatch(/issued and held back/)
  expect(decisions[0]?.see).toBe('docs/guide/intune.md')
})
