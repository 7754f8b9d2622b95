import { type CaCertificate, type RaProfile, type ScepProfile, ScepProfile as ScepProfileSchema } from '@chancery/api'
import { Value } from 'typebox/value'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'
import { addAuthority } from '../testing/second-authority.ts'

const NOBODY = '019a0000-0000-7000-8000-000000000009'

let server: AdminServer
let raProfile: RaProfile
let caCertificateUuid: string
beforeEach(async () => {
  server = await startAdminServer()
  raProfile = ((await server.call('GET', '/v1/raProfiles')).body as [RaProfile])[0]
  caCertificateUuid = ((await candidates()) as [CaCertificate])[0].uuid
})
afterEach(() => server.close())

const candidates = async (query = '') =>
  (await server.call('GET', `/v1/scepProfiles/caCertificates${query}`)).body as CaCertificate[]
const post = (body: object) => server.call('POST', '/v1/scepProfiles', body)
const create = async (body: object) =>
  (await post({ name: 'printers', caCertificateUuid, ...body })).body as ScepProfile
const get = async (uuid: string) => (await server.call('GET', `/v1/scepProfiles/${uuid}`)).body as ScepProfile

test('a new one has the defaults of the contract, is disabled, and is found where it is said to be', async () => {
  const made = await post({ name: 'printers', caCertificateUuid })
  const profile = made.body as ScepProfile
  expect([made.status, made.headers.location]).toEqual([201, `/api/v1/scepProfiles/${profile.uuid}`])
  expect(Value.Check(ScepProfileSchema, profile)).toBe(true)
  expect(profile).toMatchObject({
    name: 'printers',
    description: null,
    enabled: false,
    raProfile: null,
    issueCertificateAttributes: [],
    caCertificate: { uuid: caCertificateUuid, subject: 'CN=Test RA' },
    renewThreshold: null,
    includeCaCertificate: false,
    includeCaCertificateChain: false,
    enableChallengePassword: false,
    enableIntune: false,
    intuneTenant: null,
    intuneApplicationId: null,
    customAttributes: [],
    certificateAssociations: null,
    scepUrl: null,
    challengeKind: 'one-time',
    isDefault: false,
    allowPolling: false,
  })
  expect((await server.call('GET', made.headers.location?.toString().slice(4) ?? '')).body).toEqual(profile)
})

test('every field of the contract is taken, and none of them lost', async () => {
  const associations = { ownerUuid: NOBODY, groupUuids: [NOBODY], customAttributes: [] }
  const site = { name: 'site', content: [{ data: 'north' }] }
  const made = await post({
    name: 'printers',
    description: 'all printers',
    raProfileUuid: raProfile.uuid,
    issueCertificateAttributes: [],
    caCertificateUuid,
    renewalThreshold: 20,
    includeCaCertificate: true,
    includeCaCertificateChain: true,
    challengePassword: 'correct horse battery staple',
    enableIntune: false,
    intuneTenant: null,
    intuneApplicationId: null,
    intuneApplicationKey: null,
    customAttributes: [site],
    certificateAssociations: associations,
    allowPolling: true,
    renewal: { graceDays: 3 },
    firstEnrolments: false,
  })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({
    description: 'all printers',
    raProfile: { uuid: raProfile.uuid, authorityInstanceUuid: raProfile.authorityInstanceUuid },
    renewThreshold: 20,
    includeCaCertificate: true,
    includeCaCertificateChain: true,
    challengeKind: 'static',
    enableChallengePassword: true,
    customAttributes: [site],
    certificateAssociations: associations,
    scepUrl: 'http://127.0.0.1:8080/api/v1/protocols/scep/printers/pkiclient.exe',
    allowPolling: true,
    renewal: { graceDays: 3, key: 'any' },
    firstEnrolments: false,
  })
  expect(made.text).not.toContain('correct horse')
  const stored = (await server.context.snapshots.current()).configuration.scepProfiles.find(
    (one) => one.name === 'printers',
  )
  expect(stored?.staticChallenge?.reveal()).toBe('correct horse battery staple')
})

test.each(['raProfile', 'a/b', '', '.', 'ä', 'x'.repeat(101)])('the name %j is refused', async (name) => {
  const answer = await post({ name, caCertificateUuid })
  expect([answer.status, answer.body]).toEqual([422, [expect.stringMatching(/^name must be/)]])
})

test('a name is given once, and once more when its profile is gone', async () => {
  const { uuid } = await create({})
  expect(await post({ name: 'printers', caCertificateUuid })).toMatchObject({
    status: 409,
    body: { message: 'There is a SCEP profile "printers" already.' },
  })
  expect((await server.call('DELETE', `/v1/scepProfiles/${uuid}`)).status).toBe(204)
  expect((await server.call('GET', `/v1/scepProfiles/${uuid}`)).status).toBe(404)
  expect((await post({ name: 'printers', caCertificateUuid })).status).toBe(201)
})

test('without a CA certificate, and with other faults, all of them are said at once', async () => {
  const answer = await post({
    name: 'printers',
    raProfileUuid: NOBODY,
    challengePassword: 'short',
    issueCertificateAttributes: [{ name: 'x', content: [] }],
  })
  expect([answer.status, answer.body]).toEqual([
    422,
    [
      expect.stringMatching(/^caCertificateUuid is missing: /),
      'raProfileUuid is of no RA profile.',
      'issueCertificateAttributes: the authority knows no attribute "x"; send an empty list.',
      'challengePassword must have at least 8 characters.',
    ],
  ])
})

test('Intune is switched on for a new profile, too', async () => {
  const intune = {
    enableIntune: true,
    intuneTenant: 'contoso.example',
    intuneApplicationId: NOBODY,
    intuneApplicationKey: 'a~client-secret',
  }
  const made = await post({ name: 'phones', caCertificateUuid, ...intune })
  expect([made.status, made.body]).toEqual([
    201,
    expect.objectContaining({
      challengeKind: 'intune',
      enableIntune: true,
      intuneTenant: 'contoso.example',
      intuneApplicationId: NOBODY,
      renewal: expect.objectContaining({ enabled: false }),
    }),
  ])
})

test('name is not changed, and is no field of an edit', async () => {
  const { uuid } = await create({})
  expect((await server.call('PUT', `/v1/scepProfiles/${uuid}`, { name: 'x' })).status).toBe(422)
})

test('enable and disable answer nothing, one at a time and several at once', async () => {
  const { uuid } = await create({})
  for (const [path, body, expected] of [
    [`/v1/scepProfiles/${uuid}/enable`, undefined, true],
    [`/v1/scepProfiles/${uuid}/disable`, undefined, false],
    ['/v1/scepProfiles/enable', [uuid, server.uuid], true],
    ['/v1/scepProfiles/disable', [uuid], false],
  ] as const) {
    const answer = await server.call('PATCH', path, body)
    expect([path, answer.status, answer.text, (await get(uuid)).enabled]).toEqual([path, 204, '', expected])
  }
  expect((await server.call('PATCH', `/v1/scepProfiles/${NOBODY}/enable`)).status).toBe(404)
  expect((await server.call('PATCH', '/v1/scepProfiles/disable', [server.uuid, NOBODY])).status).toBe(404)
  expect((await get(server.uuid)).enabled).toBe(true)
})

test('the default RA profile is set by address, moved by an edit and cleared by null', async () => {
  const { uuid } = await create({})
  const path = `/v1/scepProfiles/${uuid}`
  expect((await server.call('PATCH', `${path}/raProfiles/${raProfile.uuid}`)).status).toBe(204)
  expect((await get(uuid)).raProfile).toMatchObject({ uuid: raProfile.uuid })
  expect((await server.call('PUT', path, { raProfileUuid: null })).body).toMatchObject({
    raProfile: null,
    scepUrl: null,
  })
  expect((await server.call('PATCH', `${path}/raProfiles/${NOBODY}`)).status).toBe(404)
})

test('one answers the conventional addresses, and no other', async () => {
  const { uuid } = await create({})
  expect((await server.call('PATCH', `/v1/scepProfiles/${uuid}/default`)).status).toBe(204)
  expect([(await get(uuid)).isDefault, (await get(server.uuid)).isDefault]).toEqual([true, false])
  expect(server.log.join()).toContain('lead to SCEP profile \\"printers\\" instead of \\"default\\"')
})

test('one that is used is not deleted unless by force, which switches SCEP off first', async () => {
  const { uuid } = await create({})
  const used =
    'SCEP profile "default" is used: SCEP is switched on with it for RA profile "default". Switch it off there first.'
  const single = await server.call('DELETE', `/v1/scepProfiles/${server.uuid}`)
  expect([single.status, single.body]).toEqual([422, [used]])
  const several = await server.call('DELETE', '/v1/scepProfiles/delete', [uuid, server.uuid, NOBODY])
  expect([several.status, several.body]).toEqual([
    200,
    [
      { uuid: server.uuid, name: 'default', message: used },
      { uuid: NOBODY, name: null, message: 'There is no SCEP profile with this UUID.' },
    ],
  ])
  expect((await server.call('GET', '/v1/scepProfiles')).body).toHaveLength(1)
  const forced = await server.call('DELETE', '/v1/scepProfiles/delete/force', [server.uuid])
  expect([forced.status, forced.body]).toEqual([200, []])
  expect((await server.call('GET', '/v1/scepProfiles')).body).toEqual([])
  expect((await server.call('GET', `/v1/raProfiles/${raProfile.uuid}`)).body).toMatchObject({ enabledProtocols: [] })
})

test('a dry run of an edit says what it means to clients that run, and changes nothing', async () => {
  await addAuthority(server.store)
  const before = server.store.configuration.version()
  const path = `/v1/scepProfiles/${server.uuid}?dryRun=true`
  const answer = await server.call('PUT', path, { enabled: false, challengePassword: 'correct horse battery staple' })
  expect([answer.status, answer.body]).toMatchObject([
    200,
    {
      enabled: false,
      challengeKind: 'static',
      problems: ['SCEP profile "default" is disabled.'],
      consequences: [
        'Devices that use the address of SCEP profile "default" are refused until it is enabled again.',
        'Devices that use the address of RA profile "default" are refused until it is enabled again.',
        expect.stringMatching(/challenges of kind static instead of one-time: .* all devices share one secret/),
      ],
    },
  ])
  expect((await server.call('PUT', path, { description: 'harmless' })).body).toMatchObject({ consequences: [] })
  expect((await server.call('PUT', path, { raProfileUuid: NOBODY })).status).toBe(422)
  expect(server.store.configuration.version()).toBe(before)
})

test('why nobody is served is said at the profile', async () => {
  const { uuid } = await create({})
  const problems = async () => (await get(uuid)).problems
  expect(await problems()).toEqual(['SCEP profile "printers" is disabled.'])
  await server.call('PATCH', `/v1/scepProfiles/${uuid}/enable`)
  expect(await problems()).toEqual(['SCEP profile "printers" has no default RA profile.'])
  await server.call('PATCH', `/v1/scepProfiles/${uuid}/raProfiles/${raProfile.uuid}`)
  expect(await problems()).toEqual([])
  await server.call('PATCH', `/v1/raProfiles/${raProfile.uuid}/disable`)
  expect(await problems()).toEqual(['RA profile "default" is disabled.'])
})
