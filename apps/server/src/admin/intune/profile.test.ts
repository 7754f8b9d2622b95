import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

const TENANT = '0f2c1a5e-5c52-4b6e-9d3a-0c7f5f1e2d3c'
const APPLICATION = '9B1D7C3A-1111-4222-8333-abcdefabcdef'
const SECRET = 'a~client-secret.of~the_test-0123456789'
const INTUNE = {
  enableIntune: true,
  intuneTenant: TENANT,
  intuneApplicationId: APPLICATION,
  intuneApplicationKey: SECRET,
}

let server: AdminServer
beforeEach(async () => {
  server = await startAdminServer()
})
afterEach(() => server.close())

const path = () => `/v1/scepProfiles/${server.uuid}`
const put = (body: unknown, query = '') => server.call('PUT', `${path()}${query}`, body)
const held = async () => (await server.context.snapshots.refresh()).configuration.scepProfiles[0]

describe('Intune of a profile', () => {
  test('is switched on by the fields of the platform, with defaults for the rest, and its key is shown nowhere', async () => {
    const set = await put(INTUNE)
    expect([set.status, set.body]).toEqual([
      200,
      expect.objectContaining({
        enableIntune: true,
        challengeKind: 'intune',
        intuneTenant: TENANT,
        intuneApplicationId: APPLICATION,
        intune: {
          cloud: 'public',
          authorityUrl: null,
          graphUrl: null,
          resourceUrl: null,
          credential: 'secret',
          certificate: null,
          assertionAlgorithm: 'PS256',
          secretExpiresAt: null,
          whenUnreachable: 'unavailable',
          revocationReason: 'cessationOfOperation',
          revocationFilter: 'none',
          keySet: true,
        },
      }),
    ])
    const shown = await server.call('GET', path())
    const audit = await server.call('GET', '/v1/auditLogs')
    expect(set.text + shown.text + audit.text + server.log.join('')).not.toContain(SECRET)
  })

  test('S26 keeps its key when that is left out, null or empty, and the fields that are not named', async () => {
    await put({ ...INTUNE, intune: { secretExpiresAt: '2099-01-01', whenUnreachable: 'failure' } })
    for (const update of [{}, { intuneApplicationKey: null }, { intuneApplicationKey: '' }, { description: 'x' }]) {
      const answer = await put({ ...update, intune: { revocationReason: 'superseded' } })
      expect(answer.body).toMatchObject({
        intune: {
          keySet: true,
          whenUnreachable: 'failure',
          revocationReason: 'superseded',
          secretExpiresAt: '2099-01-01T00:00:00.000Z',
        },
      })
      expect((await held())?.intuneKey?.reveal()).toBe(SECRET)
    }
  })

  test('S26 leaves nothing behind when challenges are of another kind, and renewals are served again', async () => {
    await put({ ...INTUNE, intune: { secretExpiresAt: '2099-01-01' } })
    expect((await held())?.renewal.enabled).toBe(false)
    const left = await put({ enableIntune: false })
    expect(left.body).toMatchObject({
      challengeKind: 'one-time',
      enableIntune: false,
      intune: null,
      intuneTenant: null,
    })
    expect(await held()).toMatchObject({ intune: null, intuneKey: undefined, renewal: { enabled: true } })
    expect((await put({ ...INTUNE, intuneApplicationKey: null })).body).toEqual([
      expect.stringContaining('intuneApplicationKey is missing'),
    ])
  })

  test('is the same by challengeKind, and left for another kind by that', async () => {
    const { enableIntune: _, ...fields } = INTUNE
    expect((await put({ ...fields, challengeKind: 'intune' })).body).toMatchObject({ enableIntune: true })
    expect((await put({ challengeKind: 'static', challengePassword: 'a static challenge' })).body).toMatchObject({
      enableIntune: false,
      challengeKind: 'static',
      intune: null,
    })
    expect((await held())?.intuneKey).toBeUndefined()
  })

  test('a new secret has no known end, the same one keeps it', async () => {
    await put({ ...INTUNE, intune: { secretExpiresAt: '2099-01-01' } })
    await put({ intuneApplicationKey: SECRET })
    expect((await held())?.intune?.secretExpiresAt).toBe('2099-01-01T00:00:00.000Z')
    await put({ intuneApplicationKey: `${SECRET}-2` })
    expect((await held())?.intune?.secretExpiresAt).toBeNull()
  })
})
