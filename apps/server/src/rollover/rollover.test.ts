import type { Authority } from '@chancery/api'
import { type Certificate, parseCertificate, parseSignedData, verifyCertificate } from '@chancery/pki'
import { Secret } from '@chancery/ra'
import { parseCaCertificates, selectRecipient } from '@chancery/scep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  certificateOf,
  type Device,
  newDevice,
  type PublishedCa,
  read,
  sealEnrolment,
} from '../../../../tests/device.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

/** A CA changes its key, step by step; each test goes on where the one before it ended. */

const DAY = 86_400_000
const TOKEN = 'a-token-for-tests-of-more-than-32-characters'
const CHALLENGE = 'a static challenge of some length'
const PATH = '/api/v1/protocols/scep/default/pkiclient.exe'

let server: TestApp
let device: Device
let uuid: string
/** As GetCACert had it first. */
let former: PublishedCa
let next: PublishedCa
beforeAll(async () => {
  server = await testApp({ CHANCERY_ADMIN_TOKEN: TOKEN, CHANCERY_PUBLIC_URL: 'http://ca.example' })
  device = await newDevice()
  const { configuration } = await server.context.snapshots.current()
  const profile = configuration.scepProfiles[0]?.uuid ?? ''
  const change = {
    challengeKind: 'static',
    staticChallenge: new Secret(CHALLENGE),
    renewalThresholdDays: 10_000,
  } as const
  await server.store.configuration.edit([{ edit: 'setScepProfile', uuid: profile, change }])
  uuid = configuration.authorities[0]?.uuid ?? ''
  former = await published()
})
afterAll(() => server.close())

const get = (operation: string) => server.app.inject({ method: 'GET', url: `${PATH}?operation=${operation}` })
const lines = async () => (await get('GetCACaps')).body.split('\n')

async function published(): Promise<PublishedCa> {
  const { rawPayload, headers } = await get('GetCACert')
  const certificates = parseCaCertificates(rawPayload, String(headers['content-type']))
  return { certificates, recipient: selectRecipient(certificates) }
}

/** What devices take from GetNextCACert: the signed content. */
async function publishedNext(): Promise<PublishedCa> {
  const { eContent } = parseSignedData((await get('GetNextCACert')).rawPayload)
  const certificates = parseCaCertificates(eContent as Buffer)
  return { certificates, recipient: selectRecipient(certificates) }
}

async function administer(method: 'GET' | 'POST' | 'DELETE', what = '', payload?: object) {
  const answer = await server.app.inject({
    method,
    url: `/api/v1/authorities/${uuid}${what}`,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(payload === undefined ? {} : { payload }),
  })
  return { status: answer.statusCode, body: answer.json() as Authority & { message?: string } }
}

type Ask = { transactionId?: string; signer?: Device; challenge?: string }

async function send(to: PublishedCa, { transactionId, signer = device, challenge = CHALLENGE }: Ask = {}) {
  const options = { challenge, ...(transactionId === undefined ? {} : { transactionId }) }
  const enrolment = await sealEnrolment(signer, to, options)
  const answer = await server.app.inject({ method: 'POST', url: PATH, payload: enrolment.message })
  // Issuers of either generation: which one it was is what the tests ask.
  const trusted = { ...to, certificates: [...to.certificates, ...former.certificates, ...(next?.certificates ?? [])] }
  const signedByRecipient = parseSignedData(answer.rawPayload).certificates[0]?.bytes.equals(to.recipient.der)
  return { reply: await read(enrolment, answer.rawPayload, trusted), signedByRecipient }
}

async function ask(to: PublishedCa, how: Ask = {}): Promise<Certificate> {
  const { reply, signedByRecipient } = await send(to, how)
  expect(signedByRecipient, 'the RA that was addressed signs').toBe(true)
  return certificateOf(reply)
}

const caOf = ({ certificates }: PublishedCa): Certificate => certificates[1] as Certificate
const issuedBy = (certificate: Certificate, ca: PublishedCa) => verifyCertificate(certificate, caOf(ca).publicKey)

test('S-3.5.2-09 S-4.7.1-07 without a next CA it is not advertised, and asking is HTTP 404 in plain text', async () => {
  expect(await lines()).not.toContain('GetNextCACert')
  const answer = await get('GetNextCACert')
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, 'text/plain'])
  expect((await administer('POST', '/next/activate')).status).toBe(409)
  expect((await administer('DELETE', '/next')).status).toBe(409)
})

test('a prepared CA changes nothing of GetCACert and has an RA certificate of its own', async () => {
  const before = (await get('GetCACert')).rawPayload
  const { status, body } = await administer('POST', '/next', {})
  expect(status).toBe(201)
  expect(body.generations).toMatchObject([
    { generation: 1, state: 'current', keyType: 'p-256' },
    { generation: 2, state: 'next', keyType: 'p-256', currentFrom: null },
  ])
  expect((await get('GetCACert')).rawPayload).toEqual(before)
  next = await publishedNext()
  expect(issuedBy(next.recipient, next)).toBe(true)
  expect(caOf(next).subject.der, 'the same CA with a new key').toEqual(caOf(former).subject.der)
  expect(caOf(next).der).not.toEqual(caOf(former).der)
  expect((await administer('POST', '/next', {})).status, 'there is one next CA').toBe(409)
})

test('S-3.5.2-09 S-4.7-01 S-4.7.1-01 now it is advertised, and answered under its own type whatever CA-IDENT', async () => {
  expect(await lines()).toContain('GetNextCACert')
  for (const rest of ['', '&message=', '&message=Device%20CA']) {
    const answer = await get(`GetNextCACert${rest}`)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-x509-next-ca-cert'])
  }
})

test('the key of the CA signs once for all who ask within some minutes', async () => {
  const asked = async () => (await get('GetNextCACert')).rawPayload
  const first = await asked()
  const now = server.clock.now
  server.clock.now = new Date(now.getTime() + 9 * 60_000)
  expect(await asked()).toEqual(first)
  server.clock.now = new Date(now.getTime() + 11 * 60_000)
  expect(await asked()).not.toEqual(first)
  server.clock.now = now
})

test('S-5.1-01 what is enveloped to the next RA is issued by the next CA, to the current RA by the current one', async () => {
  const fromNext = await ask(next)
  expect([issuedBy(fromNext, next), issuedBy(fromNext, former)]).toEqual([true, false])
  const fromCurrent = await ask(former)
  expect([issuedBy(fromCurrent, next), issuedBy(fromCurrent, former)]).toEqual([false, true])
  expect(fromNext.der.includes('/pki/default/2.crl')).toBe(true)
  expect(fromCurrent.der.includes('/pki/default/1.crl')).toBe(true)
})

test('S-5.1-01 S-5.2-02 the same request to the next CA is another one, and repeated to either it mints nothing more', async () => {
  const transactionId = 'both'
  const first = await ask(former, { transactionId })
  expect((await ask(former, { transactionId })).der).toEqual(first.der)
  const second = await ask(next, { transactionId })
  expect(issuedBy(second, next)).toBe(true)
  for (const to of [next, former, next, former]) expect((await ask(to, { transactionId })).der).toEqual(second.der)
})

test('a renewal by the next CA of what the current one issued, and the other way round', async () => {
  const old: Device = { ...device, certificate: await ask(former, { transactionId: 'old' }) }
  const renewed = await ask(next, { signer: old, transactionId: 'renewed' })
  expect(issuedBy(renewed, next)).toBe(true)
  const back = await ask(former, { signer: { ...device, certificate: renewed }, transactionId: 'back' })
  expect(issuedBy(back, former)).toBe(true)
})

test('one that has issued to a device cannot be withdrawn', async () => {
  const { status, body } = await administer('DELETE', '/next')
  expect([status, body.message]).toEqual([409, expect.stringContaining('has issued certificates')])
})

test('while the clock says that the next CA is not valid yet, it does not take over', async () => {
  const now = server.clock.now
  server.clock.now = new Date(now.getTime() - DAY)
  const { status, body } = await administer('POST', '/next/activate')
  expect([status, body.message]).toEqual([409, expect.stringContaining('not valid before')])
  server.clock.now = now
})

test('the switch-over: GetCACert has the next RA and CA in the places of the former ones', async () => {
  const held = await sealEnrolment(device, former, { challenge: CHALLENGE, transactionId: 'held' })
  const issued = await server.app.inject({ method: 'POST', url: PATH, payload: held.message })
  const earlier = certificateOf(await read(held, issued.rawPayload, former))

  expect((await administer('POST', '/next/activate')).body.generations).toMatchObject([
    { state: 'retired', currentFrom: null },
    { state: 'current', currentFrom: server.clock.now.toISOString() },
  ])
  const now = await published()
  expect(now.certificates.map(({ der }) => der)).toEqual(next.certificates.map(({ der }) => der))
  expect(await lines()).not.toContain('GetNextCACert')
  expect((await get('GetNextCACert')).statusCode).toBe(404)
  expect((await administer('POST', '/next/activate')).status, 'once').toBe(409)

  // Lost on its way, so the device sends it again.
  const again = await server.app.inject({ method: 'POST', url: PATH, payload: held.message })
  expect(certificateOf(await read(held, again.rawPayload, former)).der).toEqual(earlier.der)
})

test('S-5.1-01 the former RA certificate still opens messages, and the current CA issues', async () => {
  const certificate = await ask(former, { transactionId: 'late' })
  expect([issuedBy(certificate, next), issuedBy(certificate, former)]).toEqual([true, false])
})

test('the same request to the new CA gets a certificate of that one, and only once', async () => {
  const certificate = await ask(next, { transactionId: 'held' })
  expect(issuedBy(certificate, next)).toBe(true)
  for (const to of [next, former]) expect((await ask(to, { transactionId: 'held' })).der).toEqual(certificate.der)
})

test('a former RA certificate opens messages to its end, and at least for 90 days', async () => {
  const { raCertificates } = (await server.context.snapshots.current()).configuration
  const ends = parseCertificate(raCertificates[0]?.certificate as Buffer).notAfter
  expect(raCertificates).toMatchObject([
    { state: 'retired', decryptsUntil: ends },
    { state: 'current', decryptsUntil: null },
  ])
})

test('each generation has its CRL and its certificate, and the former CA goes on making CRLs until it ends', async () => {
  const file = (name: string) => server.app.inject({ method: 'GET', url: `/pki/default/${name}` })
  await server.runJobs()
  expect((await file('1.crt')).rawPayload).toEqual(caOf(former).der)
  expect((await file('2.crt')).rawPayload).toEqual(caOf(next).der)
  const numbers = async () =>
    Promise.all([1, 2].map(async (issuer) => (await server.store.crls.newest(issuer))?.number ?? 0n))
  for (const name of ['1.crl', '2.crl']) expect((await file(name)).statusCode, name).toBe(200)
  const before = await numbers()
  const start = server.clock.now
  server.clock.now = new Date(start.getTime() + 5 * DAY)
  await server.runJobs()
  const then = await numbers()
  for (const index of [0, 1]) expect(then[index]).toBeGreaterThan(before[index] as bigint)
  server.clock.now = new Date(caOf(former).notAfter.getTime() + DAY)
  await server.runJobs()
  expect((await numbers())[0], 'no CRL of a CA that has ended').toEqual(then[0])
  server.clock.now = start
})
