import { setTimeout as sleep } from 'node:timers/promises'
import type { Reply } from '@chancery/scep'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type TestApp, testApp, WHOLE_SURFACE } from '../../apps/server/src/testing/test-app.ts'
import {
  certificateOf,
  enrol,
  fetchCa,
  newDevice,
  PROFILE_PATH,
  type PublishedCa,
  post,
  read,
  type SealedEnrolment,
  sealEnrolment,
  sealPoll,
} from '../device.ts'
import { ADMINISTERED, call, serveThrough, THROUGH_PATH, type Through } from '../through-upstream.ts'
import { type UnsteadyProxy, unsteadyProxy } from '../unsteady-proxy.ts'

const CHALLENGE = 'a challenge of both'

/** A Chancery whose authority is another Chancery. */
let upstream: TestApp
let upstreamUrl: string
let proxy: UnsteadyProxy
let server: TestApp
let url: string
let through: Through
let ca: PublishedCa
beforeAll(async () => {
  upstream = await testApp({ ...ADMINISTERED, CHANCERY_CA_KEY: 'rsa-2048' })
  upstreamUrl = await upstream.app.listen({ port: 0, host: '127.0.0.1' })
  const profile = await defaultOf(upstream, '/v1/scepProfiles')
  await call(upstream, 'PUT', `/v1/scepProfiles/${profile}`, { challengePassword: CHALLENGE, allowPolling: true })
  // It meets requests that somebody else has signed.
  await call(upstream, 'PUT', `/v1/scepProfiles/${profile}/compatibility`, {
    profile: 'default',
    overrides: { signerKeyRule: 'any-key' },
  })
  proxy = await unsteadyProxy(() => upstreamUrl)
  server = await testApp(ADMINISTERED)
  url = await server.app.listen({ port: 0, host: '127.0.0.1' })
  through = await serveThrough(server, {
    settings: {
      url: `${proxy.url}${PROFILE_PATH}`,
      caFingerprint: await caFingerprint(),
      timeoutSeconds: 20,
      raChallenge: CHALLENGE,
    },
    challenge: CHALLENGE,
    allowPolling: true,
  })
  ca = await fetchCa(url, THROUGH_PATH)
})
afterAll(async () => {
  await server?.close()
  await proxy?.close()
  await upstream?.close()
})
beforeEach(async () => {
  proxy.clearUp()
  await requireApproval(upstream, false)
})

async function defaultOf(of: TestApp, path: string): Promise<string> {
  const all = (await call(of, 'GET', path)) as unknown as { uuid: string; name: string }[]
  return all.find(({ name }) => name === 'default')?.uuid ?? ''
}

async function caFingerprint(): Promise<string> {
  const [generation] = (await call(upstream, 'GET', `/v1/authorities/${await defaultOf(upstream, '/v1/authorities')}`))
    .generations as { fingerprint: string }[]
  return generation?.fingerprint ?? ''
}

async function requireApproval(of: TestApp, approvalRequired: boolean): Promise<void> {
  await call(of, 'PUT', `/v1/raProfiles/${await defaultOf(of, '/v1/raProfiles')}`, { approvalRequired })
}

async function request(subject: string): Promise<SealedEnrolment> {
  return sealEnrolment(await newDevice(subject), ca, { subject, challenge: CHALLENGE })
}
const ask = (enrolment: SealedEnrolment) => enrol(url, enrolment, ca, THROUGH_PATH)

/** Both clocks, so that polls do not come too often. */
function later(seconds = 60): void {
  for (const { clock } of [server, upstream]) clock.now = new Date(clock.now.getTime() + seconds * 1000)
}

async function poll(enrolment: SealedEnrolment): Promise<Reply> {
  later()
  const asked = await sealPoll(enrolment, ca)
  return read(asked, await post(url, asked.message, THROUGH_PATH), ca)
}

/** Asks again and again: for a moment after each try nobody may ask there. */
async function decided(enrolment: SealedEnrolment): Promise<Reply> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(200)) {
    const reply = await poll(enrolment)
    if (reply.status !== 'PENDING') return reply
  }
  throw new Error('it stayed PENDING')
}

async function decideThere(verb: 'approve' | 'reject'): Promise<void> {
  const { approvals } = (await call(upstream, 'GET', '/v1/approvals')) as unknown as { approvals: { uuid: string }[] }
  for (const { uuid } of approvals) await call(upstream, 'POST', `/v1/approvals/${uuid}/${verb}`, { comment: 'a test' })
}

const issuedThere = () => upstream.lines.filter(({ outcome }) => outcome === 'issued').length

const status = () => call(server, 'GET', `/v1/authorities/${through.authorityUuid}/status`)

test('a device gets a certificate of the other CA, with the names that it asked for', async () => {
  const certificate = certificateOf(await ask(await request('CN=device 1')))
  expect(ca.certificates.some((one) => one.subject.der.equals(certificate.issuer.der))).toBe(true)
  const found = await server.store.inventory.findByDigest(certificate.digest())
  expect(found).toMatchObject({ state: 'issued', endpoint: 'scepProfile/through' })
  expect(await status()).toMatchObject({ reachable: true, trouble: null, openOrders: 0 })
})

test('while a person there has not decided it is PENDING; after approval a job has the certificate before anybody asks', async () => {
  await requireApproval(upstream, true)
  const enrolment = await request('CN=approved there')
  expect(await ask(enrolment)).toEqual({ status: 'PENDING' })
  expect(await status()).toMatchObject({ openOrders: 1, pendingOrders: 1 })
  await decideThere('approve')
  for (const end = Date.now() + 30_000; (await status()).openOrders !== 0 && Date.now() < end; await sleep(100)) {
    later()
    await server.runJobs()
  }
  const before = proxy.messages.length
  expect((await poll(enrolment)).status).toBe('SUCCESS')
  expect(proxy.messages.length).toBe(before)
})

test('what is rejected there is a FAILURE badRequest here', async () => {
  await requireApproval(upstream, true)
  const enrolment = await request('CN=rejected there')
  expect(await ask(enrolment)).toEqual({ status: 'PENDING' })
  await decideThere('reject')
  expect(await decided(enrolment)).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
  expect(server.lines).toContainEqual(
    expect.objectContaining({ msg: 'the authority refused', detail: expect.stringContaining('badRequest') }),
  )
})

test('an answer that was lost after it was issued is asked for again, and one certificate was issued', async () => {
  const before = issuedThere()
  proxy.weather = 'losing'
  const enrolment = await request('CN=lost')
  expect(await ask(enrolment)).toEqual({ status: 'PENDING' })
  proxy.clearUp()
  const certificate = certificateOf(await decided(enrolment))
  expect(certificateOf(await ask(enrolment)).der).toEqual(certificate.der)
  expect(issuedThere() - before).toBe(1)
})

test('it survives that the other server is restarted between the request and the poll', async () => {
  await requireApproval(upstream, true)
  const enrolment = await request('CN=restarted')
  expect(await ask(enrolment)).toEqual({ status: 'PENDING' })
  proxy.weather = 'down'
  expect(await poll(enrolment)).toEqual({ status: 'PENDING' })
  expect(await status()).toMatchObject({ reachable: false, trouble: expect.stringContaining('does not answer') })
  upstreamUrl = await upstream.surface(WHOLE_SURFACE).listen({ port: 0, host: '127.0.0.1' })
  proxy.clearUp()
  await decideThere('approve')
  expect((await decided(enrolment)).status).toBe('SUCCESS')
})

test('requests are taken while the other server is down, also one after the other', async () => {
  proxy.weather = 'down'
  later(11 * 60)
  const enrolments = [await request('CN=down 1'), await request('CN=down 2')]
  for (const enrolment of enrolments) expect(await ask(enrolment)).toEqual({ status: 'PENDING' })
  proxy.clearUp()
  for (const enrolment of enrolments) expect((await decided(enrolment)).status).toBe('SUCCESS')
})

test('a server that hangs holds up nobody else, and what it answers in the end is handed out', async () => {
  proxy.weather = 'hanging'
  const enrolments = await Promise.all([1, 2, 3, 4].map((number) => request(`CN=hanging ${number}`)))
  const asking = enrolments.map(ask)
  const other = await fetchCa(url)
  const { challenge } = (await call(
    server,
    'POST',
    `/v1/scepProfiles/${await defaultOf(server, '/v1/scepProfiles')}/challenges`,
  )) as unknown as { challenge: string }
  const device = await newDevice('CN=of another profile')
  const own = await sealEnrolment(device, other, { subject: 'CN=of another profile', challenge })
  expect((await enrol(url, own, other)).status).toBe('SUCCESS')
  for (const reply of await Promise.all(asking)) expect(reply).toEqual({ status: 'PENDING' })
  proxy.clearUp()
  for (const enrolment of enrolments) expect((await decided(enrolment)).status).toBe('SUCCESS')
})

test('what a person here approves is ordered there', async () => {
  const path = `/v1/raProfiles/${through.raProfileUuid}`
  await call(server, 'PUT', path, { approvalRequired: true })
  const enrolment = await request('CN=approved here')
  const before = proxy.messages.length
  expect(await ask(enrolment)).toEqual({ status: 'PENDING' })
  expect(proxy.messages.length).toBe(before)
  const { approvals } = (await call(server, 'GET', '/v1/approvals')) as unknown as { approvals: { uuid: string }[] }
  for (const { uuid } of approvals) await call(server, 'POST', `/v1/approvals/${uuid}/approve`, {})
  expect((await poll(enrolment)).status).toBe('SUCCESS')
  await call(server, 'PUT', path, { approvalRequired: false })
})

test('a dry run of what would need an RA certificate from the other server asks for none', async () => {
  const issued = async () => (await upstream.store.inventory.serials()).length
  const before = await issued()
  const mine = await defaultOf(server, '/v1/scepProfiles')
  const wish = { scepProfiles: [{ name: 'default', raProfile: 'through' }] }
  const told = await call(server, 'PUT', `/v1/scepProfiles/${mine}?dryRun=true`, {
    raProfileUuid: through.raProfileUuid,
  })
  expect(told.consequences).toEqual(expect.arrayContaining([expect.stringContaining('another CA')]))
  const plan = await call(server, 'POST', '/v1/setup/plan', { document: { chancery: 1, ...wish } })
  expect(plan.steps).toMatchObject([{ action: 'change', noun: 'scepProfile', name: 'default', fields: ['raProfile'] }])
  expect(await issued()).toBe(before)
})

test('an authority is not made where another CA is shown, and the sentence has the one that is', async () => {
  const settings = { url: `${proxy.url}${PROFILE_PATH}`, caFingerprint: 'ab'.repeat(32) }
  const wrong = call(server, 'POST', '/v1/authorities', { name: 'wrong', kind: 'scep', settings })
  await expect(wrong).rejects.toThrow(await caFingerprint())
  const nowhere = { ...settings, url: 'http://127.0.0.1:9/scep', timeoutSeconds: 1 }
  const away = call(server, 'POST', '/v1/authorities', { name: 'away', kind: 'scep', settings: nowhere })
  await expect(away).rejects.toThrow('422')
})

test('its secrets are sealed and never answered', async () => {
  const shown = JSON.stringify(await call(server, 'GET', `/v1/authorities/${through.authorityUuid}`))
  expect(shown).toContain('"secretsSet":["clientKey","raChallenge"]')
  expect(shown).not.toMatch(/PRIVATE|a challenge of both/)
})

test('once it issues with another CA nothing is passed on, and log and status say why', async () => {
  const other = await testApp({ ...ADMINISTERED, CHANCERY_CA_KEY: 'rsa-2048' })
  upstreamUrl = await other.app.listen({ port: 0, host: '127.0.0.1' })
  later(11 * 60)
  const before = proxy.messages.length
  await expect(ask(await request('CN=too late'))).rejects.toThrow('HTTP 503')
  expect(proxy.messages.length).toBe(before)
  expect(server.lines).toContainEqual(expect.objectContaining({ msg: 'the authority cannot be asked' }))
  expect(await status()).toMatchObject({ reachable: false, trouble: expect.stringContaining('fingerprint') })
  await other.close()
})
