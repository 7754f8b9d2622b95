import { randomUUID } from 'node:crypto'
import type { CreatedToken, NewToken, RaProfile, ScepProfile } from '@chancery/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from './testing/admin-server.ts'

/** What a caller with a role for some profiles does with his own, and what he cannot draw in from elsewhere. */

let server: AdminServer
const own = { scep: '', ra: '' }
const other = { scep: '', ra: '' }
let authority: string

beforeAll(async () => {
  server = await startAdminServer()
  const [first] = (await server.call('GET', '/v1/authorities')).body as { uuid: string }[]
  authority = first?.uuid ?? ''
  for (const [name, made] of [
    ['own', own],
    ['other', other],
  ] as const) {
    const ra = await server.call('POST', `/v1/authorities/${authority}/raProfiles`, { name })
    made.ra = (ra.body as RaProfile).uuid
    const raCertificate = { authorityUuid: authority }
    const scep = await server.call('POST', '/v1/scepProfiles', { name, raProfileUuid: made.ra, raCertificate })
    made.scep = (scep.body as ScepProfile).uuid
  }
})
afterAll(() => server.close())

const SCOPE = { scepProfiles: ['own'], raProfiles: ['own'] }

async function as(role: NewToken['role'], scope: NewToken['scope'] = SCOPE) {
  const { body } = await server.call('POST', '/v1/tokens', { name: `t-${randomUUID()}`, role, scope })
  const headers = { authorization: `Bearer ${(body as CreatedToken).token}` }
  return async (method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE', path: string, sent?: unknown) =>
    server.call(method, path, sent, headers)
}
const profile = async (uuid: string) => (await server.call('GET', `/v1/scepProfiles/${uuid}`)).body as ScepProfile

test('an administrator of some profiles changes them, and switches SCEP on and off between them', async () => {
  const ask = await as('administrator')
  const changed = await ask('PUT', `/v1/scepProfiles/${own.scep}`, { description: 'mine', raProfileUuid: own.ra })
  expect([changed.status, (changed.body as ScepProfile).description]).toEqual([200, 'mine'])
  const path = `/v1/authorities/${authority}/raProfiles/${own.ra}/protocols/scep`
  expect((await ask('PATCH', `${path}/activate/${own.scep}`)).status).toBe(200)
  expect((await ask('PATCH', `${path}/deactivate`)).status).toBe(204)
  expect((await ask('PATCH', '/v1/raProfiles/enable', [own.ra])).status).toBe(204)
  expect((await ask('PATCH', '/v1/scepProfiles/enable', [own.scep])).status).toBe(204)
})

test('nobody leads his own profile to an RA profile, an authority or a certificate that he does not reach', async () => {
  const ask = await as('administrator')
  const path = `/v1/scepProfiles/${own.scep}`
  const before = await profile(own.scep)
  const unknown = await ask('PUT', path, { raProfileUuid: randomUUID() })
  const theirs = await ask('PUT', path, { raProfileUuid: other.ra })
  expect([theirs.status, theirs.text]).toEqual([unknown.status, unknown.text])
  expect((await ask('PATCH', `${path}/raProfiles/${other.ra}`)).status).toBe(404)
  const activation = `/v1/authorities/${authority}/raProfiles/${own.ra}/protocols/scep/activate/${other.scep}`
  expect((await ask('PATCH', activation)).status).toBe(404)
  const raCertificate = await ask('PUT', path, { caCertificateUuid: (await profile(other.scep)).caCertificate?.uuid })
  expect([raCertificate.status, raCertificate.text]).toEqual([403, expect.stringContaining('RA certificate')])
  expect(await profile(own.scep)).toEqual(before)
})

test('several at once are enabled only where all of them are in reach, and the refusal names no other', async () => {
  const ask = await as('administrator')
  const { status, text } = await ask('PATCH', '/v1/scepProfiles/disable', [own.scep, other.scep])
  expect([status, text]).toEqual([404, expect.stringContaining(other.scep)])
  expect(text).not.toContain('other"')
  expect((await profile(own.scep)).enabled).toBe(true)
})

test('what he may see and not do is forbidden, and says where the right ends', async () => {
  const viewer = await as('viewer', null)
  expect((await viewer('GET', `/v1/scepProfiles/${other.scep}`)).status).toBe(200)
  const enroller = await as('enroller')
  const created = await enroller('POST', `/v1/scepProfiles/${own.scep}/challenges`, {})
  expect(created.status).toBe(201)
  expect((await enroller('POST', `/v1/scepProfiles/${other.scep}/challenges`, {})).status).toBe(404)
  expect((await enroller('POST', '/v1/challenges/own')).status).toBe(201)
  const [unknown, theirs] = [
    await enroller('POST', '/v1/challenges/none'),
    await enroller('POST', '/v1/challenges/other'),
  ]
  expect([theirs.status, theirs.text]).toEqual([404, unknown.text])
  expect((await enroller('DELETE', `/v1/scepProfiles/${own.scep}`)).status).toBe(403)
})

test('a token of one scope cannot revoke what one of another has made', async () => {
  const [mine, theirs] = [await as('enroller'), await as('enroller', { scepProfiles: ['other'], raProfiles: [] })]
  const made = await theirs('POST', `/v1/scepProfiles/${other.scep}/challenges`, {})
  const { uuid } = made.body as { uuid: string }
  for (const scep of [own.scep, other.scep]) {
    expect((await mine('DELETE', `/v1/scepProfiles/${scep}/challenges/${uuid}`)).status).toBe(404)
  }
  expect((await theirs('GET', `/v1/scepProfiles/${other.scep}/challenges/${uuid}`)).body).toMatchObject({
    state: 'live',
  })
})
