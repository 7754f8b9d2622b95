import { type CertificateDetail, REVOCATION_REASONS } from '@chancery/api'
import { REVOCATION_REASONS as REASON_CODES } from '@chancery/ra'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
let known: CertificateDetail
beforeAll(async () => {
  server = await startAdminServer()
  // The RA certificate is the only one of a first installation.
  const { configuration } = await server.context.snapshots.current()
  known = (await server.call('GET', `/v1/certificates/${configuration.raCertificates[0]?.uuid}`))
    .body as CertificateDetail
})
afterAll(() => server.close())

const list = async (query: string) => (await server.call('GET', `/v1/certificates?${query}`)).body
const none = { certificates: [], nextCursor: null }

test('a certificate is shown with its state, and found by serial or fingerprint as tools print them', async () => {
  expect(known).toMatchObject({
    ...{ state: 'issued', purpose: 'ra', subject: 'CN=Test RA', issuer: 'CN=Test CA', key: 'rsa-2048' },
    ...{ authority: 'default', protocol: null, raProfile: null, customAttributes: [], certificateAssociations: null },
  })
  const { serialNumber, fingerprint } = known
  const colons = (hex: string) => (hex.toUpperCase().match(/../g) ?? []).join(':')
  const found = { certificates: [{ uuid: known.uuid, subject: 'CN=Test RA', serialNumber, fingerprint }] }
  const serials = [serialNumber, `0x${serialNumber.toUpperCase()}`, colons(serialNumber), `00${serialNumber}`]
  for (const serial of [...serials, serialNumber.slice(0, 12)])
    expect(await list(`serial=${serial}`)).toMatchObject(found)
  for (const digest of [fingerprint, colons(fingerprint), fingerprint.slice(0, 9)]) {
    expect(await list(`search=${digest}`), digest).toMatchObject(found)
  }
  expect(await list(`fingerprint=${fingerprint.slice(0, 8)}`)).toMatchObject(found)
  expect([await list('serial=ff'), await list(`serial=${serialNumber.slice(0, 6)}`)]).toEqual([none, none])
})

test.each([
  'serial=xyz',
  'fingerprint=ab',
  'none=x',
  'state=lost',
  'expiresBefore=2027-02-30',
  'key=dsa',
  `search=${'x'.repeat(201)}`,
  `search=${'a '.repeat(20)}`,
  `search=${'x'.repeat(10_000)}`,
  'search=%00',
  'cursor=x',
])('a search by "%s" is 422', async (query) => {
  expect((await server.call('GET', `/v1/certificates?${query}`)).status).toBe(422)
})

test.each([
  `'`,
  '%',
  '_',
  '"',
  '.../...',
  '%F0%9F%98%80',
  '%F0%9F%91%A9%E2%80%8D%F0%9F%91%A9',
  '%ED%A0%80',
  'or 1=1 --',
  '*',
])('a search by "%s" finds nothing and breaks nothing', async (text) =>
  expect(await list(`search=${text}`)).toEqual(none),
)

test('a blank search is none', async () => {
  expect(await list('search=%20')).toMatchObject({ certificates: [{ uuid: known.uuid }], nextCursor: null })
})

test('an unknown UUID is 404, an unknown reason 422 with those there are', async () => {
  const nobody = '/v1/certificates/019a0000-0000-7000-8000-000000000001'
  const message = { message: 'There is no certificate with this UUID.' }
  expect(await server.call('GET', nobody)).toMatchObject({ status: 404, body: message })
  expect(await server.call('PUT', `${nobody}/revoke`, { reason: 'superseded' })).toMatchObject({
    status: 404,
    body: message,
  })
  const wrong = await server.call('PUT', `/v1/certificates/${known.uuid}/revoke`, { reason: 'removeFromCRL' })
  expect(wrong).toMatchObject({ status: 422, body: [expect.stringContaining('keyCompromise, cACompromise')] })
})

test('a revocation is for good: the second one is 409 and tells the reason of the first', async () => {
  const revoked = await server.call('PUT', `/v1/certificates/${known.uuid}/revoke`, { reason: 'superseded' })
  expect(revoked.status).toBe(200)
  expect(revoked.body).toMatchObject({
    state: 'revoked',
    revocationReason: 'superseded',
    serialNumber: known.serialNumber,
  })
  const again = await server.call('PUT', `/v1/certificates/${known.uuid}/revoke`, { reason: 'keyCompromise' })
  expect(again).toMatchObject({ status: 409, body: { message: expect.stringContaining('with reason superseded') } })
  expect((await server.call('GET', `/v1/certificates/${known.uuid}`)).body).toMatchObject(revoked.body as object)
  expect(server.log.filter((line) => line.includes('certificate revoked'))).toHaveLength(1)
})

test('contract and registration authority know the same reasons', () => {
  expect(Object.keys(REVOCATION_REASONS)).toEqual(Object.keys(REASON_CODES))
})
