import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

const TENANT = '0f2c1a5e-5c52-4b6e-9d3a-0c7f5f1e2d3c'
const INTUNE = {
  enableIntune: true,
  intuneTenant: TENANT,
  intuneApplicationId: '9b1d7c3a-1111-4222-8333-abcdefabcdef',
  intuneApplicationKey: 'a~client-secret.of~the_test-0123456789',
}

let server: AdminServer
beforeEach(async () => {
  server = await startAdminServer()
})
afterEach(() => server.close())

const path = () => `/v1/scepProfiles/${server.uuid}`
const put = (body: unknown) => server.call('PUT', path(), body)

const warnings = async (body: object) => ((await put(body)).body as { warnings: string[] }).warnings
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000 + 3_600_000).toISOString()

test.each<[string, object, RegExp]>([
  ['that nobody said when the secret ends', INTUNE, /Nobody wrote down when/],
  ['within 30 days of its end', { ...INTUNE, intune: { secretExpiresAt: inDays(29) } }, /ends in 29 days/],
  ['on its last day', { ...INTUNE, intune: { secretExpiresAt: inDays(0) } }, /ends in less than a day/],
  ['after it', { ...INTUNE, intune: { secretExpiresAt: '2020-01-01' } }, /has ended on 2020-01-01/],
  ['of a secret that looks like the ID of one', { ...INTUNE, intuneApplicationKey: TENANT }, /looks like the ID/],
  ['of another compatibility profile', INTUNE, /compatibility profile windows-intune/],
  ['of a server without https', INTUNE, /over https only/],
  ['where devices cannot enrol anew', { ...INTUNE, secondCertificate: 'refuse' }, /secondCertificate refuse/],
  ['of China, whose address is published nowhere', { ...INTUNE, intune: { cloud: 'china' } }, /RESOURCE_URL/],
])('a profile of Intune warns %s', async (_when, body, sentence) => {
  expect(await warnings(body)).toContainEqual(expect.stringMatching(sentence))
})

test('a profile of Intune warns of nothing where the secret has time and everything fits', async () => {
  await server.call('PUT', `${path()}/compatibility`, { profile: 'windows-intune' })
  Object.assign(server.context, { baseUrl: () => 'https://scep.example' })
  expect(await warnings({ ...INTUNE, intune: { secretExpiresAt: inDays(40) } })).toEqual([])
})
