import type { ScepProfile } from '@chancery/api'
import { ScepProfile as ScepProfileSchema } from '@chancery/api'
import { Value } from 'typebox/value'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
beforeEach(async () => {
  server = await startAdminServer()
})
afterEach(() => server.close())

const path = () => `/v1/scepProfiles/${server.uuid}`
const put = (body: unknown) => server.call('PUT', path(), body)

test('the list and the detail show the same profile, as the contract has it', async () => {
  const list = await server.call('GET', '/v1/scepProfiles')
  const detail = await server.call('GET', path())
  expect(list.body).toEqual([detail.body])
  expect(Value.Check(ScepProfileSchema, detail.body)).toBe(true)
  expect(detail.body).toMatchObject({
    name: 'default',
    enabled: true,
    isDefault: true,
    challengeKind: 'one-time',
    enableChallengePassword: false,
    raProfile: { name: 'default', enabled: true },
    caCertificate: { subject: 'CN=Test RA', issuer: 'CN=Test CA' },
    scepUrl: 'http://127.0.0.1:8080/api/v1/protocols/scep/default/pkiclient.exe',
    warnings: [],
  })
})

test('paging is optional', async () => {
  expect((await server.call('GET', '/v1/scepProfiles?pageNumber=2&itemsPerPage=1')).body).toEqual([])
  expect((await server.call('GET', '/v1/scepProfiles?pageNumber=1')).body).toHaveLength(1)
  expect((await server.call('GET', '/v1/scepProfiles?pageNumber=0')).status).toBe(422)
})

test.each(['019a0000-0000-7000-8000-000000000009', 'default', '%00'])('%s is 404', async (uuid) => {
  expect((await server.call('GET', `/v1/scepProfiles/${uuid}`)).status).toBe(404)
  expect((await server.call('PUT', `/v1/scepProfiles/${uuid}`, {})).status).toBe(404)
})

test('an edit keeps what it does not name, the static challenge above all; nothing ever shows it', async () => {
  const secret = 'correct horse battery staple'
  const set = await put({ enableChallengePassword: true, challengePassword: secret })
  expect(set.body).toMatchObject({ challengeKind: 'static', enableChallengePassword: true })
  const edited = await put({ description: 'printers', includeCaCertificate: true, renewalThreshold: 30 })
  expect(edited.body).toMatchObject({
    description: 'printers',
    includeCaCertificate: true,
    renewThreshold: 30,
    challengeKind: 'static',
    enableChallengePassword: true,
  })
  const { configuration } = await server.context.snapshots.refresh()
  expect(configuration.scepProfiles[0]?.staticChallenge?.reveal()).toBe(secret)
  for (const text of [set.text, edited.text, (await server.call('GET', path())).text, ...server.log]) {
    expect(text).not.toContain(secret)
  }
})

test('clearing the static challenge leaves none behind', async () => {
  await put({ challengePassword: 'correct horse battery staple' })
  expect((await put({ enableChallengePassword: false })).body).toMatchObject({
    challengeKind: 'one-time',
    enableChallengePassword: false,
  })
  const { configuration } = await server.context.snapshots.refresh()
  expect(configuration.scepProfiles[0]?.staticChallenge).toBeUndefined()
})

test('a weak static challenge is taken with a warning, a short one is not', async () => {
  const weak = await put({ challengePassword: 'sesame-99' })
  expect((weak.body as ScepProfile).warnings).toEqual([expect.stringContaining('bits')])
  expect((await put({ challengePassword: 'sesame' })).body).toEqual([
    'challengePassword must have at least 8 characters.',
  ])
})

test('what old scripts send along is taken: empty lists, nulls, the present certificate and RA profile', async () => {
  const { body } = await server.call('GET', path())
  const { caCertificate, raProfile } = body as ScepProfile
  const answer = await put({
    description: null,
    raProfileUuid: raProfile?.uuid,
    caCertificateUuid: caCertificate?.uuid,
    issueCertificateAttributes: [],
    customAttributes: [],
    certificateAssociations: null,
    renewalThreshold: 0,
    includeCaCertificate: false,
    includeCaCertificateChain: false,
    enableChallengePassword: null,
    challengePassword: null,
    enableIntune: false,
    intuneTenant: null,
    intuneApplicationId: null,
    intuneApplicationKey: null,
  })
  expect([answer.status, answer.body]).toEqual([200, body])
})

test('an edit raises the configuration version once, an empty one not at all', async () => {
  const before = server.store.configuration.version()
  await put({})
  expect(server.store.configuration.version()).toBe(before)
  await put({ allowPolling: true })
  expect(server.store.configuration.version()).toBe(before + 1)
})

test('edits at the same moment are all made, none on stale settings', async () => {
  const answers = await Promise.all([
    put({ description: 'one' }),
    put({ allowPolling: true }),
    put({ includeCaCertificate: true }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect((await server.call('GET', path())).body).toMatchObject({
    description: 'one',
    allowPolling: true,
    includeCaCertificate: true,
  })
})
