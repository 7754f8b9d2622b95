import {
  type Certificate,
  extendedKeyUsage,
  findExtension,
  keyUsage,
  parseCertificate,
  verifyCertificate,
} from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

const DAY = 86_400_000

let server: TestApp
let start: Date
beforeAll(async () => {
  server = await testApp({ CHANCERY_PUBLIC_URL: 'http://ca.example' })
  start = server.clock.now
})
afterAll(() => server.close())

async function current() {
  const [state] = await server.store.ocsp.states()
  if (state?.current === undefined) throw new Error('no signer')
  const { uuid, certificate } = state.current
  return { uuid, ca: parseCertificate(state.issuerCertificate), certificate: parseCertificate(certificate) }
}

/** After so many days, with the jobs run. */
async function after(days: number) {
  server.clock.now = new Date(start.getTime() + days * DAY)
  await server.runJobs()
  return current()
}

const extension = (certificate: Certificate, oid: string) => findExtension(certificate, oid)

test('the first start gives the CA a signer, good for OCSP alone, of P-256', async () => {
  const { ca, certificate } = await current()
  expect(verifyCertificate(certificate, ca.publicKey)).toBe(true)
  expect(extendedKeyUsage(certificate)).toEqual(['1.3.6.1.5.5.7.3.9'])
  expect(keyUsage(certificate)).toEqual(['digitalSignature'])
  expect(extension(certificate, '1.3.6.1.5.5.7.48.1.5')).toMatchObject({ critical: false, value: Buffer.from([5, 0]) })
  expect(certificate.publicKey.curve).toBe('P-256')
})

test('it says nothing of CRL, OCSP or CA, although devices are told', async () => {
  const { certificate } = await current()
  for (const oid of ['2.5.29.31', '1.3.6.1.5.5.7.1.1']) expect(extension(certificate, oid)).toBeUndefined()
})

test('it is an entry of the inventory', async () => {
  const { certificate, uuid } = await current()
  const [record] = await server.store.revocations.find({ digest: certificate.digest() })
  expect(record).toMatchObject({ uuid, purpose: 'ocsp', state: 'issued', issuerId: 1 })
})

test('it is renewed at half of its life, and its key is gone then', async () => {
  const first = await current()
  expect((await after(14.9)).uuid).toBe(first.uuid)
  const second = await after(15)
  expect(second.uuid).not.toBe(first.uuid)
  expect(second.certificate.publicKey.digest()).not.toEqual(first.certificate.publicKey.digest())
  expect(await server.store.ocsp.signer(first.uuid)).toBeUndefined()
  expect(await server.store.ocsp.signer(second.uuid)).toMatchObject({ certificate: second.certificate.der })
})

test('one that is revoked is replaced at once', async () => {
  const revoked = await current()
  const [record] = await server.store.revocations.find({ digest: revoked.certificate.digest() })
  if (record === undefined) throw new Error('no certificate')
  await server.store.revocations.revoke(record, { at: server.clock.now, reason: 'keyCompromise' })
  await server.runJobs()
  expect((await current()).uuid).not.toBe(revoked.uuid)
})

test('a setting of its authority makes it RSA, and P-256 again', async () => {
  const { configuration } = await server.context.snapshots.refresh()
  const uuid = configuration.authorities[0]?.uuid ?? ''
  for (const [ocspKey, expected] of [
    ['rsa-2048', { type: 'rsa', modulusBits: 2048 }],
    ['p-256', { type: 'ec' }],
  ] as const) {
    await server.store.configuration.edit([{ edit: 'setAuthority', uuid, change: { settings: { ocspKey } } }])
    await server.runJobs()
    expect((await current()).certificate.publicKey).toMatchObject(expected)
  }
})

test('one that a clock made which was ahead is replaced once the clock is right', async () => {
  const ahead = await after(400)
  const right = await after(20)
  expect(right.uuid).not.toBe(ahead.uuid)
  expect(right.certificate.notBefore.getTime()).toBeLessThanOrEqual(server.clock.now.getTime())
})

test('none outlives its CA, the last one is not renewed again, and then there are no more', async () => {
  const end = (await current()).ca.notAfter.getTime()
  const days = (end - start.getTime()) / DAY
  const last = await after(days - 10)
  expect(last.certificate.notAfter.getTime()).toBe(end)
  expect((await after(days - 1)).uuid).toBe(last.uuid)
  expect((await after(days + 1)).uuid).toBe(last.uuid)
})

test('nothing of this was a fault', () => {
  expect(server.lines.filter(({ msg }) => msg === 'no OCSP signer was made' || msg === 'a job failed')).toEqual([])
})
