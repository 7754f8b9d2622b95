import { Certificate, REVOCATION_REASONS } from '@chancery/api'
import { REVOCATION_REASONS as REASON_CODES } from '@chancery/ra'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'
import { serialOctets } from './selector.ts'

let server: AdminServer
let known: Certificate
beforeAll(async () => {
  server = await startAdminServer()
  // The RA certificate is the only one of a first installation.
  const { configuration } = await server.context.snapshots.current()
  known = (await server.call('GET', `/v1/certificates/${configuration.raCertificates[0]?.uuid}`)).body as Certificate
})
afterAll(() => server.close())

const find = async (query: string) => (await server.call('GET', `/v1/certificates?${query}`)).body

test('a certificate is shown with its state, and found by serial or fingerprint as tools print them', async () => {
  expect(Value.Check(Certificate, known)).toBe(true)
  expect(known).toMatchObject({ state: 'issued', purpose: 'ra', subject: 'CN=Test RA', issuer: 'CN=Test CA' })
  const { serialNumber, fingerprint } = known
  const colons = (hex: string) => (hex.toUpperCase().match(/../g) ?? []).join(':')
  for (const serial of [serialNumber, `0x${serialNumber.toUpperCase()}`, colons(serialNumber), `00${serialNumber}`]) {
    expect(await find(`serial=${serial}`)).toEqual([known])
  }
  for (const digest of [fingerprint, colons(fingerprint)]) expect(await find(`fingerprint=${digest}`)).toEqual([known])
  expect(await find('serial=ff')).toEqual([])
})

test.each([
  ['0', '00'],
  ['7F', '7f'],
  ['80', '0080'],
  ['0x0A0b', '0a0b'],
  ['a:b:c', '0abc'],
])('serial %s is stored as %s', (text, octets) => expect(serialOctets(text)).toBe(octets))

test.each(['', 'serial=xyz', 'fingerprint=ab', 'serial=1&fingerprint=ab', 'subject=x'])(
  'a search by "%s" is 422',
  async (query) => {
    expect((await server.call('GET', `/v1/certificates?${query}`)).status).toBe(422)
  },
)

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
  expect((await server.call('GET', `/v1/certificates/${known.uuid}`)).body).toEqual(revoked.body)
  expect(server.log.filter((line) => line.includes('certificate revoked'))).toHaveLength(1)
})

test('contract and registration authority know the same reasons', () => {
  expect(Object.keys(REVOCATION_REASONS)).toEqual(Object.keys(REASON_CODES))
})
