import { randomUUID } from 'node:crypto'
import type { Certificate, IssuedCertificate } from '@chancery/api'
import { generateKey } from '@chancery/ca'
import {
  buildCertificationRequest,
  encodePem,
  nameFromText,
  parseCertificate,
  parseCrl,
  softwareSigningKey,
} from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newTokenText } from '../../auth/token-text.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'

const TOKEN = 'a-token-for-tests-of-more-than-32-characters'

let server: TestApp
let raProfileUuid: string
beforeAll(async () => {
  server = await testApp({ CHANCERY_ADMIN_TOKEN: TOKEN })
  const { configuration } = await server.context.snapshots.current()
  raProfileUuid = configuration.raProfiles[0]?.uuid ?? ''
})
afterAll(() => server.close())

async function call(method: 'POST' | 'PUT' | 'GET', path: string, payload?: object, token = TOKEN) {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await server.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
  return { status: answer.statusCode, body: answer.json() as Certificate & { message?: string } }
}

/** UUID of a certificate that was issued through the RA profile "default". */
async function issued(): Promise<string> {
  const key = softwareSigningKey(await generateKey('rsa-2048'))
  const csr = await buildCertificationRequest({ subject: nameFromText(`CN=${randomUUID()}`), key })
  const { body } = await call('POST', `/raProfiles/${raProfileUuid}/certificates`, {
    csr: encodePem('CERTIFICATE REQUEST', csr),
  })
  return (body as unknown as IssuedCertificate).certificateUuid ?? ''
}

const revoke = (uuid: string, reason?: string, token = TOKEN) =>
  call('PUT', `/certificates/${uuid}/revoke`, reason === undefined ? {} : { reason }, token)
const release = (uuid: string, token = TOKEN) => call('PUT', `/certificates/${uuid}/release`, undefined, token)

async function onCrl(): Promise<string[]> {
  await server.runJobs()
  const crl = parseCrl((await server.store.crls.newest(1))?.der ?? Buffer.alloc(0))
  return crl.revoked.map(({ serialNumber }) => serialNumber.toString('hex'))
}

test('a hold is on the CRL, is lifted, and is a refusal where there is none to lift', async () => {
  const uuid = await issued()
  const held = await revoke(uuid, 'certificateHold')
  expect(held).toMatchObject({ status: 200, body: { state: 'held', revocationReason: 'certificateHold' } })
  expect(await onCrl()).toEqual([held.body.serialNumber])
  const twice = await revoke(uuid, 'certificateHold')
  expect(twice).toMatchObject({ status: 409, body: { message: expect.stringContaining('on hold since') } })
  const released = await release(uuid)
  expect(released).toMatchObject({ status: 200, body: { state: 'issued', revokedAt: null, revocationReason: null } })
  expect(await onCrl()).toEqual([])
  expect(await release(uuid)).toMatchObject({ status: 409, body: { message: expect.stringContaining('not revoked') } })
})

test('a hold becomes final with another reason, and nothing lifts that', async () => {
  const uuid = await issued()
  await revoke(uuid, 'certificateHold')
  expect((await revoke(uuid, 'keyCompromise')).body).toMatchObject({ revocationReason: 'keyCompromise' })
  const lifted = await release(uuid)
  expect(lifted).toMatchObject({ status: 409, body: { message: expect.stringContaining('for good') } })
  expect((await release('019a0000-0000-7000-8000-000000000001')).status).toBe(404)
})

test('who has the right for some profiles only revokes and releases what was issued through them', async () => {
  const token = newTokenText()
  const other = newTokenText()
  const scoped = (name: string, text: typeof token, raProfiles: string[]) =>
    server.store.tokens.create({
      ...{ uuid: randomUUID(), name, role: 'operator', maker: 'test', createdAt: server.clock.now, expiresAt: null },
      scope: { scepProfiles: [], raProfiles },
      token: text,
    })
  await scoped('mine', token, ['default'])
  await scoped('other', other, ['printers'])
  const uuid = await issued()
  expect((await revoke(uuid, 'certificateHold', other.reveal())).status).toBe(404)
  expect((await revoke(uuid, 'certificateHold', token.reveal())).status).toBe(200)
  expect((await release(uuid, other.reveal())).status).toBe(404)
  expect((await release(uuid, token.reveal())).status).toBe(200)
  const { configuration } = await server.context.snapshots.current()
  const own = configuration.raCertificates[0]?.uuid ?? ''
  expect((await revoke(own, undefined, token.reveal())).status, 'what belongs to no profile').toBe(404)
})

test('the log tells who did it, and the certificate in the answer is the one that is meant', async () => {
  const uuid = await issued()
  const { body } = await revoke(uuid)
  expect(parseCertificate(Buffer.from(body.pem.split('-----')[2] ?? '', 'base64')).serialNumber.toString('hex')).toBe(
    body.serialNumber,
  )
  expect(server.lines).toContainEqual(
    expect.objectContaining({ msg: 'certificate revoked', certificate: uuid, by: 'CHANCERY_ADMIN_TOKEN' }),
  )
})
