import { generateKeyPairSync } from 'node:crypto'
import { selfSignedRoot } from '@chancery/ca'
import { encodePem, nameFromText, softwareSigningKey } from '@chancery/pki'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

const TENANT = '0f2c1a5e-5c52-4b6e-9d3a-0c7f5f1e2d3c'
const APPLICATION = '9B1D7C3A-1111-4222-8333-abcdefabcdef'
const SECRET = 'a~client-secret.of~the_test-0123456789'
/** What is left of the settings where the kind is another one. */
const STRAY = [/intuneTenant is used/, /intuneApplicationId is used/, /intuneApplicationKey is used/]
const INTUNE = {
  enableIntune: true,
  intuneTenant: TENANT,
  intuneApplicationId: APPLICATION,
  intuneApplicationKey: SECRET,
}

interface Registered {
  readonly certificate: string
  readonly key: string
}

async function registered(kind: 'rsa' | 'ec', now = new Date()): Promise<Registered> {
  const { privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = nameFromText('CN=Chancery for Intune')
  const der = await selfSignedRoot({ subject, key: softwareSigningKey(privateKey), now })
  return {
    certificate: encodePem('CERTIFICATE', der),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

let rsa: Registered
let otherRsa: Registered
let ec: Registered
let ended: Registered
beforeAll(async () => {
  rsa = await registered('rsa')
  otherRsa = await registered('rsa')
  ec = await registered('ec')
  ended = await registered('rsa', new Date('1990-01-01'))
})

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

describe('a certificate as credential', () => {
  const withCertificate = ({ certificate, key }: Registered, rest = {}) => ({
    ...INTUNE,
    intuneApplicationKey: key,
    intune: { certificate, ...rest },
  })

  test('is taken with its key, which is shown nowhere, and says itself when it ends', async () => {
    const set = await put(withCertificate(rsa, { assertionAlgorithm: 'RS256' }))
    expect(set.body).toMatchObject({
      intune: {
        credential: 'certificate',
        certificate: rsa.certificate,
        assertionAlgorithm: 'RS256',
        secretExpiresAt: null,
        keySet: true,
      },
    })
    expect(set.text).not.toContain('PRIVATE KEY')
    expect((await put({ intune: { whenUnreachable: 'failure' } })).status).toBe(200)
    expect((await held())?.intuneKey?.reveal()).toBe(rsa.key)
  })

  test('gives way to a client secret only with that secret: its private key is never sent as one', async () => {
    await put(withCertificate(rsa))
    expect((await put({ intune: { credential: 'secret' } })).body).toEqual([
      'intuneApplicationKey is missing: the one that is set is no secret credential.',
    ])
    const back = await put({ intuneApplicationKey: SECRET, intune: { credential: 'secret' } })
    expect(back.body).toMatchObject({ intune: { credential: 'secret', certificate: null } })
  })

  test.each<[string, () => object, RegExp[]]>([
    [
      'no certificate',
      () => ({ ...INTUNE, intune: { credential: 'certificate' } }),
      [/intune\.certificate is missing/],
    ],
    ['no PEM', () => withCertificate({ ...rsa, certificate: 'x' }), [/one certificate in PEM/]],
    [
      'two certificates',
      () => withCertificate({ ...rsa, certificate: rsa.certificate + ec.certificate }),
      [/one cert/],
    ],
    ['an EC key', () => withCertificate(ec), [/has no RSA key/]],
    ['one that has ended', () => withCertificate(ended), [/has ended on/]],
    ['the key of another one', () => withCertificate({ ...rsa, key: otherRsa.key }), [/is not the key of/]],
    ['a secret in place of its key', () => withCertificate({ ...rsa, key: SECRET }), [/private key in PEM/]],
    ['an end of its own', () => withCertificate(rsa, { secretExpiresAt: '2099-01-01' }), [/secretExpiresAt is for/]],
    ['beside a secret', () => withCertificate(rsa, { credential: 'secret' }), [/certificate is used only where/]],
  ])('with %s is 422', async (_what, body, faults) => {
    const answer = await put(body())
    expect([answer.status, answer.body]).toEqual([422, faults.map((fault) => expect.stringMatching(fault))])
    expect(answer.text).not.toContain('PRIVATE KEY')
  })
})

describe('what contradicts Intune is 422, and changes nothing', () => {
  const CUSTOM = {
    cloud: 'custom',
    authorityUrl: 'https://login.example/',
    graphUrl: 'https://graph.example/',
    resourceUrl: 'https://intune.example/',
  }

  test.each<[string, object, RegExp[]]>([
    [
      'nothing but the switch',
      { enableIntune: true },
      [/intuneTenant is/, /intuneApplicationId is/, /ApplicationKey is/],
    ],
    [
      'blanks',
      { ...INTUNE, intuneTenant: ' ', intuneApplicationId: '' },
      [/intuneTenant is/, /ApplicationId is missing/],
    ],
    ['a tenant that is neither', { ...INTUNE, intuneTenant: 'contoso' }, [/neither a GUID nor a domain/]],
    ['an application that is no GUID', { ...INTUNE, intuneApplicationId: 'app' }, [/ApplicationId is no GUID/]],
    ['a secret with a line break', { ...INTUNE, intuneApplicationKey: 'a\nb' }, [/printable ASCII/]],
    [
      'another kind',
      { ...INTUNE, challengeKind: 'one-time' },
      [/enableIntune true and challengeKind one-time/, ...STRAY],
    ],
    ['off and on', { ...INTUNE, enableIntune: false, challengeKind: 'intune' }, [/enableIntune false and/]],
    ['off with settings', { intuneTenant: TENANT, intune: {} }, [/intuneTenant is used only/, /^intune is used only/]],
    ['a static challenge', { ...INTUNE, challengePassword: 'a static challenge' }, [/static challenge and Intune/]],
    ['one that is to be kept', { ...INTUNE, enableChallengePassword: true }, [/static challenge and Intune/]],
    [
      'a webhook',
      { ...INTUNE, webhook: { url: 'https://hooks.example', key: 'x'.repeat(32) } },
      [/webhook is used only where/],
    ],
    ['requests that wait', { ...INTUNE, withoutChallenge: 'wait' }, [/withoutChallenge wait and Intune/]],
    ['renewals', { ...INTUNE, renewal: { enabled: true } }, [/renewal\.enabled true and Intune/]],
    ['no settings', { ...INTUNE, intune: null }, [/intune null leaves Intune on/]],
    ['a field that there is not', { ...INTUNE, intune: { key: 'x' } }, [/intune/]],
    ['a day that there is not', { ...INTUNE, intune: { secretExpiresAt: '2026-02-30' } }, [/no date of the calendar/]],
    ['a hold', { ...INTUNE, intune: { revocationReason: 'certificateHold' } }, [/revocationReason must be one of/]],
    [
      'a custom cloud without addresses',
      { ...INTUNE, intune: { cloud: 'custom' } },
      [/authorityUrl is missing/, /graphUrl is missing/, /resourceUrl is missing/],
    ],
    ['plain http', { ...INTUNE, intune: { ...CUSTOM, graphUrl: 'http://graph.example/' } }, [/graphUrl is plain http/]],
    ['no URL', { ...INTUNE, intune: { ...CUSTOM, authorityUrl: 'login' } }, [/authorityUrl is no https URL/]],
    [
      'a password',
      { ...INTUNE, intune: { ...CUSTOM, authorityUrl: 'https://a:b@login.example' } },
      [/name or password/],
    ],
    [
      'addresses of another cloud',
      { ...INTUNE, intune: { ...CUSTOM, cloud: 'public' } },
      [/authorityUrl/, /graph/, /resource/],
    ],
  ])('%s', async (_what, body, faults) => {
    const answer = await put(body)
    expect([answer.status, answer.body]).toEqual([422, faults.map((fault) => expect.stringMatching(fault))])
    expect(answer.text + server.log.join('')).not.toContain(SECRET)
    expect((await held())?.challengeKind).toBe('one-time')
  })

  test('a static challenge leaves Intune only when that is said', async () => {
    await put(INTUNE)
    expect((await put({ challengePassword: 'a static challenge' })).status).toBe(422)
    const left = await put({ challengePassword: 'a static challenge', enableIntune: false })
    expect(left.body).toMatchObject({ challengeKind: 'static', enableIntune: false, enableChallengePassword: true })
  })

  test('the key that is set goes to no other address: whoever may edit cannot have it sent to himself', async () => {
    await put(INTUNE)
    const again = ['intuneApplicationKey is missing: with another cloud or other addresses the key must be given anew.']
    expect((await put({ intune: CUSTOM })).body).toEqual(again)
    expect((await put({ intune: { cloud: 'us-government' } })).body).toEqual(again)
    expect((await put({ intuneApplicationKey: SECRET, intune: CUSTOM })).status).toBe(200)
    expect((await put({ intune: { authorityUrl: 'https://elsewhere.example/' } })).body).toEqual(again)
    expect((await put({ intuneApplicationKey: SECRET, intune: { cloud: 'public' } })).body).toMatchObject({
      intune: { cloud: 'public', authorityUrl: null, graphUrl: null, resourceUrl: null },
    })
  })
})
