import type { CaCertificate, RaProfile, SetupDocument } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

const INTUNE = {
  enableIntune: true,
  intuneTenant: 'contoso.example',
  intuneApplicationId: '9b1d7c3a-1111-4222-8333-abcdefabcdef',
  intuneApplicationKey: 'a~client-secret',
}
const APPROVAL = [expect.stringMatching(/RA profile "default" wants a person to approve, .*"default"/)]
const KEY = [expect.stringMatching(/encrypt to RSA only, and its RA certificate CN=Test CA has another key/)]

let server: AdminServer
let raProfile: RaProfile
beforeEach(async () => {
  server = await startAdminServer()
  raProfile = ((await server.call('GET', '/v1/raProfiles')).body as RaProfile[])[0] as RaProfile
})
afterEach(() => server.close())

const scepProfile = () => `/v1/scepProfiles/${server.uuid}`
const ofRaProfile = () => `/v1/authorities/${raProfile.authorityInstanceUuid}/raProfiles/${raProfile.uuid}`
const put = async (path: string, body: unknown) => {
  const { status, body: answer } = await server.call('PUT', path, body)
  return status === 200 ? 'done' : [status, answer]
}
const patch = async (path: string) => {
  const { status, body } = await server.call('PATCH', path, {})
  return status < 300 ? 'done' : [status, body]
}
const link = () => `${scepProfile()}/raProfiles/${raProfile.uuid}`
const activate = () => `${ofRaProfile()}/protocols/scep/activate/${server.uuid}`
const deactivate = () => `${ofRaProfile()}/protocols/scep/deactivate`
const unlink = () => put(scepProfile(), { raProfileUuid: null })

test('an RA profile whose requests wait for a person and Intune exclude each other, whichever comes last', async () => {
  expect(await put(ofRaProfile(), { approvalRequired: true })).toBe('done')
  expect(await put(scepProfile(), INTUNE)).toEqual([422, APPROVAL])
  expect(await put(ofRaProfile(), { approvalRequired: false })).toBe('done')
  expect(await put(scepProfile(), INTUNE)).toBe('done')
  expect(await put(ofRaProfile(), { approvalRequired: true })).toEqual([422, APPROVAL])
  expect(await put(`${ofRaProfile()}?dryRun=true`, { approvalRequired: true })).toEqual([422, APPROVAL])
})

test('and so do they where the link between the two is made last', async () => {
  await unlink()
  await patch(deactivate())
  expect(await put(ofRaProfile(), { approvalRequired: true })).toBe('done')
  expect(await put(scepProfile(), INTUNE)).toBe('done')
  expect(await patch(link())).toEqual([422, APPROVAL])
  expect(await patch(activate())).toEqual([422, APPROVAL])
  expect(await put(scepProfile(), { raProfileUuid: raProfile.uuid })).toEqual([422, APPROVAL])
})

test('an RA certificate with another key than RSA is refused while Intune is on', async () => {
  const found = (await server.call('GET', '/v1/scepProfiles/caCertificates')).body as CaCertificate[]
  const ec = found.find(({ subject }) => subject === 'CN=Test CA')
  expect(await put(scepProfile(), { ...INTUNE, caCertificateUuid: ec?.uuid })).toEqual([422, KEY])
  expect(await put(scepProfile(), INTUNE)).toBe('done')
  expect(await put(scepProfile(), { caCertificateUuid: ec?.uuid })).toEqual([422, KEY])
  expect(await put(scepProfile(), { enableIntune: false, caCertificateUuid: ec?.uuid })).toBe('done')
  expect(await put(scepProfile(), INTUNE)).toEqual([422, KEY])
})

test('what is contradictory already keeps nobody from mending something else', async () => {
  await put(scepProfile(), INTUNE)
  // As nobody can bring about by the interface.
  const { approval } = (await server.context.snapshots.current()).configuration.raProfiles[0] ?? {}
  const change = { approval: { ...approval, required: true } as NonNullable<typeof approval> }
  await server.store.configuration.edit([{ edit: 'setRaProfile', uuid: raProfile.uuid, change }])
  expect(await put(scepProfile(), { description: 'still to be mended' })).toBe('done')
})

test('a set-up file is held to the same, by its plan already', async () => {
  const document = (await server.call('GET', '/v1/setup')).body as SetupDocument
  const { intuneApplicationKey: text, ...fields } = INTUNE
  const [profile] = document.scepProfiles ?? []
  const { challengeKind: _, renewal: __, ...rest } = profile ?? { name: '' }
  const scepProfiles = [{ ...rest, ...fields, intuneApplicationKey: { secret: text }, intune: { cloud: 'public' } }]
  const apply = (raProfiles: object[], how: 'plan' | 'apply') =>
    server.call('POST', `/v1/setup/${how}`, { document: { chancery: 1, raProfiles, scepProfiles } })
  const waiting = [{ name: 'default', approvalRequired: true }]
  for (const how of ['plan', 'apply'] as const) {
    expect(await apply(waiting, how)).toMatchObject({ status: 422, body: APPROVAL })
  }
  expect((await apply([{ name: 'default' }], 'apply')).status).toBe(200)
  const again = await apply([{ name: 'default' }], 'apply')
  expect(again.body).toMatchObject({ steps: [] })
  const exported = await server.call('GET', '/v1/setup')
  expect(exported.text).not.toContain(text)
  expect(exported.body).toMatchObject({ scepProfiles: [{ ...fields, intune: { cloud: 'public' } }] })
  const bare = { document: { chancery: 1, scepProfiles: [{ ...rest, ...INTUNE }] } }
  expect((await server.call('POST', '/v1/setup/plan', bare)).body).toEqual([
    expect.stringMatching(/intuneApplicationKey must be written as \{env: NAME\} or \{file: PATH\}/),
  ])
})

test.each<[string, object]>([
  ['Intune', INTUNE],
  ['a webhook', { challengeKind: 'webhook', webhook: { url: 'https://hooks.example', key: 'k'.repeat(32) } }],
])('an exported set-up with %s is one that can be applied', async (_what, settings) => {
  await put(scepProfile(), settings)
  const document = (await server.call('GET', '/v1/setup')).body as SetupDocument
  const plan = await server.call('POST', '/v1/setup/plan', { document })
  expect(plan).toMatchObject({ status: 200, body: { steps: [] } })
})

test('the key of a webhook does not stand in a set-up file, either', async () => {
  const webhook = (key: unknown) => ({ challengeKind: 'webhook', webhook: { url: 'https://hooks.example', key } })
  const plan = (key: unknown) =>
    server.call('POST', '/v1/setup/plan', {
      document: { chancery: 1, scepProfiles: [{ name: 'default', ...webhook(key) }] },
    })
  expect((await plan('k'.repeat(32))).body).toEqual([expect.stringMatching(/webhook\.key must be written as \{env/)])
  expect(await plan({ secret: 'k'.repeat(32) })).toMatchObject({ status: 200, body: { steps: [{ name: 'default' }] } })
})
