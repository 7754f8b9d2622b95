import { afterEach, beforeEach, expect, test } from 'vitest'
import { type IntuneEmulator, startIntuneEmulator } from '../emulator.ts'

let emulator: IntuneEmulator
beforeEach(async () => {
  emulator = await startIntuneEmulator()
})
afterEach(() => emulator.stop())

async function control(method: string, path: string, body?: object) {
  const init = { method, ...(body && { body: JSON.stringify(body) }) }
  const answer = await fetch(`${emulator.url}/__control/${path}`, init)
  return { status: answer.status, body: await answer.json() }
}

test('a challenge is issued, and shown with everything else', async () => {
  const wish = { subject: 'CN=a', san: ['DNS:a.example'], characters: 4096 }
  const { body } = await control('POST', 'challenges', wish)
  expect(body).toMatchObject({ subject: 'CN=a', san: ['DNS:a.example'], challenge: expect.stringMatching(/^.{4096}$/) })
  expect((await control('GET', 'state')).body).toMatchObject({
    tenant: emulator.tenant.id,
    challenges: [{ subject: 'CN=a', state: 'challengeIssued' }],
  })
})

test('the clock, faults, flags, the unit and the queue are turned', async () => {
  const before = emulator.now().getTime()
  await control('POST', 'clock', { minutes: 61 })
  expect(emulator.now().getTime() - before).toBeGreaterThanOrEqual(61 * 60_000)
  await control('POST', 'flags', { revocation: { coolDown: 'off' } })
  expect(emulator.flags.revocation.coolDown).toBe('off')
  const unit = emulator.tenant.unit
  expect((await control('POST', 'move')).body).not.toEqual({ unit })
  await control('POST', 'raw-revocations', { serialNumber: '01' })
  expect(emulator.revocations()).toMatchObject([{ serialNumber: '01' }])
  await control('POST', 'faults', { endpoint: 'token', times: 'always', fault: { kind: 'status', status: 503 } })
  const token = () => fetch(`${emulator.authorityUrl}x/oauth2/v2.0/token`, { method: 'POST' })
  expect((await token()).status).toBe(503)
  await control('DELETE', 'faults')
  expect((await token()).status).toBe(400)
  expect((await control('GET', 'requests?endpoint=token')).body).toHaveLength(2)
  expect((await control('GET', 'violations')).body).toEqual([])
})

test.each([
  ['challenges', { subjekt: 'CN=a' }],
  ['faults', { endpoint: 'token', fault: { kind: 'earthquake' } }],
  ['flags', { strict: true }],
  ['revocations', { which: 'nobody' }],
])('a body that means nothing to %s is refused', async (path, body) => {
  expect(await control('POST', path, body)).toMatchObject({ status: 400, body: { error: expect.any(String) } })
})

test('what cannot be done is answered with what can', async () => {
  expect((await control('GET', 'nothing')).body).toMatchObject({ error: expect.stringContaining('POST challenges') })
})
