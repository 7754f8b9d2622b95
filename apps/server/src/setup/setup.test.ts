import type { SetupPlan } from '@chancery/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../admin/testing/admin-server.ts'

const CHALLENGE = 'a static challenge of the printers'

const DOCUMENT = {
  chancery: 1,
  authorities: [{ name: 'plant', ca: { create: 'root', subject: 'CN=Plant CA,O=Example', keyType: 'p-256' } }],
  raProfiles: [
    { name: 'printers', authority: 'plant', enabled: true, approvalRequired: true, scepProfile: 'printers' },
    { name: 'routers', authority: 'plant', enabled: true },
  ],
  scepProfiles: [
    {
      name: 'printers',
      enabled: true,
      isDefault: true,
      raProfile: 'routers',
      challengeKind: 'static',
      challengePassword: { secret: CHALLENGE },
      compatibility: { profile: 'legacy' },
      renewalThreshold: 30,
    },
  ],
}

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

const plan = async (document: unknown, more = {}) => {
  const answer = await server.call('POST', '/v1/setup/plan', { document, ...more })
  return { status: answer.status, body: answer.body as SetupPlan & string[] }
}
const version = () => server.store.configuration.version()

test('a plan says what would be made, changed and left alone, and nothing is written', async () => {
  const before = version()
  const { status, body } = await plan(DOCUMENT)
  expect([status, body.steps.map(({ action, noun, name }) => `${action} ${noun} ${name}`)]).toEqual([
    200,
    ['create authority plant', 'create raProfile printers', 'create raProfile routers', 'create scepProfile printers'],
  ])
  expect(body.unmanaged.map(({ noun, name }) => `${noun} ${name}`)).toEqual([
    'scepProfile default',
    'raProfile default',
    'authority default',
  ])
  expect(version()).toBe(before)
})

test('applied, everything is there, with RA certificates of its own authority; applied again, nothing changes', async () => {
  const before = version()
  const { body: planned } = await plan(DOCUMENT)
  const applied = await server.call('POST', '/v1/setup/apply', { document: DOCUMENT, version: planned.version })
  expect([applied.status, version()]).toEqual([200, before + 1])
  const { authorities, issuers, raProfiles, scepProfiles, raCertificates } = await server.store.configuration.load()
  const plant = authorities.find(({ name }) => name === 'plant')
  const profile = scepProfiles.find(({ name }) => name === 'printers')
  const [printers, routers] = ['printers', 'routers'].map((name) => raProfiles.find((one) => one.name === name))
  expect(profile).toMatchObject({
    enabled: true,
    isDefault: true,
    challengeKind: 'static',
    compatibility: { profile: 'legacy' },
    renewalThresholdDays: 30,
    defaultRaProfileId: routers?.id,
  })
  expect(profile?.staticChallenge?.reveal()).toBe(CHALLENGE)
  expect(printers).toMatchObject({ authorityId: plant?.id, scepProfileId: profile?.id, approval: { required: true } })
  const issuer = issuers.find(({ authorityId }) => authorityId === plant?.id)
  expect(raCertificates.filter(({ scepProfileId }) => scepProfileId === profile?.id)).toMatchObject([
    { issuerId: issuer?.id, state: 'current' },
  ])
  expect((await plan(DOCUMENT)).body.steps).toEqual([])
  const again = await server.call('POST', '/v1/setup/apply', { document: DOCUMENT })
  expect([again.status, (again.body as SetupPlan).steps, version()]).toEqual([200, [], before + 1])
})

test('a plan that is out of date is not applied', async () => {
  const answer = await server.call('POST', '/v1/setup/apply', { document: DOCUMENT, version: 1 })
  expect([answer.status, answer.body]).toEqual([409, { message: expect.stringContaining('has changed since') }])
})

test('what is exported changes nothing where it came from, and has no secret in it', async () => {
  const { body, text } = await server.call('GET', '/v1/setup')
  expect(text).not.toContain(CHALLENGE)
  expect((await plan(body)).body).toMatchObject({ steps: [], unmanaged: [] })
})

test('a change is told by its fields, with what it means for devices', async () => {
  const [profile] = DOCUMENT.scepProfiles
  const document = { ...DOCUMENT, scepProfiles: [{ ...profile, enabled: false, renewalThreshold: 60 }] }
  const { body } = await plan(document)
  expect(body.steps).toEqual([
    { action: 'change', noun: 'scepProfile', name: 'printers', fields: expect.arrayContaining(['enabled']) },
  ])
  expect(body.consequences.join(' ')).toContain('printers')
})

test('everything that is wrong is told at once, and nothing is written', async () => {
  const before = version()
  const wrong = {
    chancery: 1,
    raProfiles: [{ name: 'orphan', authority: 'nowhere' }],
    scepProfiles: [{ name: 'weak', raCertificate: { authority: 'plant' }, challengeKind: 'static' }],
  }
  const answer = await server.call('POST', '/v1/setup/apply', { document: wrong })
  expect([answer.status, answer.body]).toEqual([
    422,
    [
      expect.stringContaining('RA profile "orphan": There is no authority "nowhere"'),
      expect.stringContaining('SCEP profile "weak": challengePassword is missing'),
    ],
  ])
  expect(version()).toBe(before)
})

test.each([
  ['a secret in the file itself', { name: 'x', challengePassword: 'in-the-clear' }, /must be written as/],
  ['a field that there is not', { name: 'x', enabeld: true }, /enabeld/],
  ['a reserved name', { name: 'raProfile' }, /name must be/],
])('%s is a fault of the document', async (_, item, fault) => {
  const { status, body } = await plan({ chancery: 1, scepProfiles: [item] })
  expect(status).toBe(422)
  expect(body.join('\n')).toMatch(fault)
  expect(body.join('\n')).not.toContain('in-the-clear')
})

test('two things of one name are a fault', async () => {
  const { status, body } = await plan({ chancery: 1, raProfiles: [{ name: 'twin' }, { name: 'twin' }] })
  expect([status, body]).toEqual([422, ['The file has two RA profiles named "twin".']])
})

test('pruning deletes what is not in the document, after it was detached', async () => {
  const [, routers] = DOCUMENT.raProfiles
  const rest = { chancery: 1, authorities: DOCUMENT.authorities, raProfiles: [routers] }
  const { body } = await plan(rest, { prune: true })
  expect(body.steps.filter(({ action }) => action === 'delete').map(({ noun, name }) => `${noun} ${name}`)).toEqual(
    expect.arrayContaining(['scepProfile printers', 'raProfile printers', 'scepProfile default', 'authority default']),
  )
  expect((await server.call('POST', '/v1/setup/apply', { document: rest, prune: true })).status).toBe(200)
  const after = await server.store.configuration.load()
  expect([after.authorities, after.raProfiles, after.scepProfiles].map((rows) => rows.map(({ name }) => name))).toEqual(
    [['plant'], ['routers'], []],
  )
})
