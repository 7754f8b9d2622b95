import { type RaProfile, RaProfile as RaProfileSchema } from '@chancery/api'
import { Value } from 'typebox/value'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'
import { addAuthority } from '../testing/second-authority.ts'

const NOBODY = '019a0000-0000-7000-8000-000000000009'

let server: AdminServer
let first: RaProfile
beforeEach(async () => {
  server = await startAdminServer()
  first = ((await server.call('GET', '/v1/raProfiles')).body as [RaProfile])[0]
})
afterEach(() => server.close())

const ofDefault = (rest = '') => `/v1/authorities/${first.authorityInstanceUuid}/raProfiles${rest}`
const create = (body: object) => server.call('POST', ofDefault(), body)

test('one is made at its authority, disabled unless said otherwise, and is found at both addresses', async () => {
  const made = await create({ name: 'printers', description: 'all', attributes: [], customAttributes: [] })
  const { uuid } = made.body as RaProfile
  expect([made.status, made.headers.location]).toEqual([201, `/api${ofDefault(`/${uuid}`)}`])
  expect(Value.Check(RaProfileSchema, made.body)).toBe(true)
  expect(made.body).toMatchObject({
    name: 'printers',
    description: 'all',
    enabled: false,
    authorityInstanceUuid: first.authorityInstanceUuid,
    authorityInstanceName: 'default',
    attributes: [],
    customAttributes: [],
    enabledProtocols: [],
  })
  expect((await server.call('GET', ofDefault(`/${uuid}`))).body).toEqual(made.body)
  expect((await server.call('GET', `/v1/raProfiles/${uuid}`)).body).toEqual(made.body)
})

test('the list is by name, and of those that are enabled or not', async () => {
  await create({ name: 'cameras', enabled: true })
  await create({ name: 'printers' })
  const names = async (query = '') =>
    ((await server.call('GET', `/v1/raProfiles${query}`)).body as RaProfile[]).map(({ name }) => name)
  expect(await names()).toEqual(['cameras', 'default', 'printers'])
  expect(await names('?enabled=true')).toEqual(['cameras', 'default'])
  expect(await names('?enabled=false')).toEqual(['printers'])
  expect((await server.call('GET', '/v1/raProfiles?enabled=perhaps')).status).toBe(422)
})

test('custom attributes come back as they were given; those that the authority would have to know are refused', async () => {
  const site = { uuid: NOBODY, name: 'site', content: [{ data: { row: 3 }, reference: 'north' }] }
  const made = await create({ name: 'printers', customAttributes: [site] })
  expect((made.body as RaProfile).customAttributes).toEqual([site])
  const path = ofDefault(`/${(made.body as RaProfile).uuid}`)
  expect((await server.call('PUT', path, { description: 'new' })).body).toMatchObject({ customAttributes: [site] })
  const unknown = await create({ name: 'cameras', attributes: [{ name: 'template', content: [{ data: 1 }] }] })
  expect([unknown.status, unknown.body]).toEqual([
    422,
    ['attributes: the authority knows no attribute "template"; send an empty list.'],
  ])
  const crooked = await create({ name: 'cameras', customAttributes: [{ name: 'x' }] })
  expect([crooked.status, crooked.body]).toEqual([422, ['customAttributes[0].content is missing.']])
})

test.each(['a b', '', 'ä', 'x'.repeat(101), '..'])('the name %j is refused', async (name) => {
  expect((await create({ name })).status).toBe(422)
})

test('a name is given once', async () => {
  expect(await create({ name: 'default' })).toMatchObject({
    status: 409,
    body: { message: 'There is an RA profile "default" already.' },
  })
})

test('under another authority there is no such profile, and under none nothing', async () => {
  const other = await addAuthority(server.store)
  for (const [method, rest] of [
    ['GET', ''],
    ['PUT', ''],
    ['DELETE', ''],
    ['PATCH', '/enable'],
    ['PATCH', '/disable'],
  ] as const) {
    const path = (authority: string) => `/v1/authorities/${authority}/raProfiles/${first.uuid}${rest}`
    const body = method === 'PUT' ? {} : undefined
    expect((await server.call(method, path(other.uuid), body)).body).toEqual({
      message: 'Authority "plant" has no RA profile with this UUID.',
    })
    expect((await server.call(method, path(NOBODY), body)).status).toBe(404)
  }
  expect((await server.call('POST', `/v1/authorities/${NOBODY}/raProfiles`, { name: 'x' })).status).toBe(404)
})

test('enable and disable answer nothing, single at both addresses and several at once', async () => {
  const { uuid } = (await create({ name: 'printers' })).body as RaProfile
  const enabled = async () => ((await server.call('GET', `/v1/raProfiles/${uuid}`)).body as RaProfile).enabled
  for (const [path, body, expected] of [
    [ofDefault(`/${uuid}/enable`), undefined, true],
    [`/v1/raProfiles/${uuid}/disable`, undefined, false],
    [`/v1/raProfiles/${uuid}/enable`, undefined, true],
    [ofDefault(`/${uuid}/disable`), undefined, false],
    ['/v1/raProfiles/enable', [uuid, first.uuid], true],
    ['/v1/raProfiles/disable', [uuid], false],
  ] as const) {
    const answer = await server.call('PATCH', path, body)
    expect([path, answer.status, answer.text, await enabled()]).toEqual([path, 204, '', expected])
  }
})

test('of several, nothing is done where one is not there', async () => {
  const answer = await server.call('PATCH', '/v1/raProfiles/disable', [first.uuid, NOBODY])
  expect([answer.status, answer.body]).toEqual([404, { message: `There is no RA profile with the UUID ${NOBODY}.` }])
  expect((await server.call('GET', `/v1/raProfiles/${first.uuid}`)).body).toMatchObject({ enabled: true })
  expect((await server.call('PATCH', '/v1/raProfiles/disable', 'all')).status).not.toBe(204)
})

test('one that is used is not deleted, and all that uses it is named', async () => {
  const refused = await server.call('DELETE', `/v1/raProfiles/${first.uuid}`)
  expect([refused.status, refused.body]).toEqual([
    422,
    [
      'RA profile "default" is used: it is the default RA profile of SCEP profile "default". Choose another one there first.',
      'RA profile "default" is used: SCEP is switched on for it with SCEP profile "default". Switch it off first.',
    ],
  ])
})

test('one that is unused is deleted, and its name is free again', async () => {
  const { uuid } = (await create({ name: 'printers' })).body as RaProfile
  expect((await server.call('DELETE', ofDefault(`/${uuid}`))).status).toBe(204)
  expect((await server.call('DELETE', `/v1/raProfiles/${uuid}`)).status).toBe(404)
  expect((await create({ name: 'printers' })).status).toBe(201)
})

test('a dry run of a move to another CA says what it means, and changes nothing', async () => {
  const { uuid: authorityUuid } = await addAuthority(server.store)
  const before = server.store.configuration.version()
  const answer = await server.call('PUT', `/v1/raProfiles/${first.uuid}?dryRun=true`, { authorityUuid })
  expect(answer.body).toMatchObject({
    authorityInstanceName: 'plant',
    consequences: [
      expect.stringMatching(
        /SCEP profile "default" get certificates of another CA, authority "plant" instead of "default"/,
      ),
      expect.stringMatching(/RA profile "default" get certificates of another CA/),
    ],
  })
  expect(server.store.configuration.version()).toBe(before)
  const made = await server.call('PUT', `/v1/raProfiles/${first.uuid}`, { authorityUuid })
  expect(made.body).toMatchObject({ authorityInstanceName: 'plant' })
  expect(made.body).not.toHaveProperty('consequences')
  expect(server.log.filter((line) => line.includes('another CA') && line.includes('"level":40'))).toHaveLength(2)
})
