import { Authority, type AuthorityKind } from '@chancery/api'
import { Secret } from '@chancery/ra'
import { Value } from 'typebox/value'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
beforeEach(async () => {
  server = await startAdminServer()
})
afterEach(() => server.close())

const ROOT = { create: 'root', subject: 'CN=Factory Root,O=Example', keyType: 'p-256', validityYears: 15 }
const create = (body: object) => server.call('POST', '/v1/authorities', { name: 'factory', ca: ROOT, ...body })
const pathOf = (answer: { body: unknown }) => `/v1/authorities/${(answer.body as Authority).uuid}`
const defaultPath = async () => {
  const { configuration } = await server.context.snapshots.current()
  return `/v1/authorities/${configuration.authorities[0]?.uuid}`
}

test('a root is made with name, subject, key, years and path length, and found at its location', async () => {
  const made = await create({ description: 'of the plant', ca: { ...ROOT, pathLength: 1 } })
  expect(made).toMatchObject({
    status: 201,
    headers: { location: `/api${pathOf(made)}` },
    body: {
      name: 'factory',
      kind: 'built-in',
      description: 'of the plant',
      enabled: true,
      settings: {
        crlUrl: 'auto',
        caIssuersUrl: 'auto',
        ocspUrl: 'auto',
        crlValidityDays: 7,
        crlNumberAbove: 0,
        ocspKey: 'p-256',
        ocspValidityHours: 12,
      },
      secretsSet: [],
      request: null,
      generations: [{ generation: 1, state: 'current', subject: 'CN=Factory Root,O=Example', keyType: 'p-256' }],
    },
  })
  expect(Value.Check(Authority, made.body)).toBe(true)
  expect((await server.call('GET', pathOf(made))).body).toEqual(made.body)
  const [root] = (made.body as Authority).generations
  expect(new Date(root?.notAfter ?? '').getUTCFullYear()).toBe(new Date().getUTCFullYear() + 15)
  expect(made.text).not.toContain('PRIVATE')
  const { configuration } = await server.context.snapshots.current()
  expect((await server.context.snapshots.current()).issuer('factory', 1)?.certificate).toEqual(
    configuration.issuers[1]?.certificate,
  )
})

test('a name is taken once', async () => {
  expect((await create({})).status).toBe(201)
  expect(await create({})).toMatchObject({
    status: 409,
    body: { message: 'There is an authority "factory" already.' },
  })
})

test.each<[string, object, (string | RegExp)[]]>([
  ['names that are no part of an address', { name: 'a/b' }, [/^name must be 1 to 100 of the characters/]],
  ['a name that is a way up', { name: '..' }, [/^name must be/]],
  ['an unknown kind', { kind: 'acme' }, ['kind must be one of built-in, scep.']],
  ['no CA', { ca: undefined }, [/^ca is missing/]],
  ['neither create nor import', { ca: {} }, [/^ca needs create/]],
  ['both', { ca: { ...ROOT, import: { pkcs12: 'AAAA' } } }, [/^ca needs create/]],
  [
    'a root without a subject and with nonsense',
    { ca: { create: 'root', keyType: 'rsa-1024', validityYears: 0 } },
    [/^ca\.keyType must be one of/, /^ca\.validityYears must be/],
  ],
  ['a subject that is no name', { ca: { ...ROOT, subject: 'Factory' } }, [/^ca\.subject is no name/]],
  [
    'a subordinate that decides what its CA decides',
    { ca: { ...ROOT, create: 'subordinate', pathLength: 0 } },
    [/^ca\.validityYears is decided by the CA/, /^ca\.pathLength is decided/],
  ],
  [
    'settings, all of them at once',
    { settings: { crlUrl: 'ftp://x', crlValidityDays: 0, ocspKey: 'p-521', ocspValidityHours: 0, colour: 'red' } },
    [
      /^"settings\.colour" is not a field/,
      /^settings\.crlUrl must be/,
      /^settings\.crlValidityDays must be/,
      /^settings\.ocspKey must be "p-256" or "rsa-2048"/,
      /^settings\.ocspValidityHours must be/,
    ],
  ],
  [
    'settings and CA together',
    { settings: { crlValidityDays: 'x' }, ca: { create: 'root' } },
    [/^settings\.crlValidityDays/, /^ca\.subject is missing/],
  ],
])('%s is 422 with every fault, and makes nothing', async (_, body, faults) => {
  const answer = await create(body)
  expect(answer).toMatchObject({ status: 422 })
  expect(answer.body).toHaveLength(faults.length)
  expect(answer.body).toEqual(faults.map((fault) => expect.stringMatching(fault)))
  expect((await server.call('GET', '/v1/authorities')).body).toHaveLength(1)
})

const ELSEWHERE = { url: 'http://127.0.0.1:9/scep', caFingerprint: '00'.repeat(32) }

test('a kind whose CA is elsewhere takes none', async () => {
  expect(await create({ kind: 'scep', settings: ELSEWHERE })).toMatchObject({
    status: 422,
    body: [expect.stringMatching(/CA elsewhere/)],
  })
})

test('settings are replaced as a whole, the description stays, and certificates say the new URLs', async () => {
  const path = pathOf(await create({ description: 'x', settings: { crlValidityDays: 3 } }))
  const settings = { crlUrl: 'http://crl.example/{generation}.crl', caIssuersUrl: 'off' }
  expect(await server.call('PUT', path, { settings })).toMatchObject({
    status: 200,
    body: { description: 'x', settings: { ...settings, crlValidityDays: 7 } },
  })
  expect(await server.call('PUT', path, { settings: { crlValidityDays: 400 } })).toMatchObject({ status: 422 })
  expect(await server.call('PUT', path, { name: 'other' })).toMatchObject({ status: 422 })
  expect(await server.call('PUT', path, { description: null })).toMatchObject({
    body: { description: null, settings: { caIssuersUrl: 'off' } },
  })
  expect(await server.call('PUT', path, {})).toMatchObject({ status: 200 })
})

test('a secret that is in the store is named and never answered', async () => {
  const { configuration } = await server.context.snapshots.current()
  const uuid = configuration.authorities[0]?.uuid ?? ''
  const secrets = new Secret(JSON.stringify({ password: 'very secret' }))
  await server.store.configuration.edit([{ edit: 'setAuthority', uuid, change: { secrets } }])
  const shown = await server.call('GET', `/v1/authorities/${uuid}`)
  expect(shown.body).toMatchObject({ secretsSet: ['password'] })
  expect(shown.text).not.toContain('very secret')
})

test('a disabled authority refuses devices with a sentence, its CRL and certificates are still found', async () => {
  const path = await defaultPath()
  const endpoint = async () => (await server.context.snapshots.current()).byScepProfile('default')
  const dry = await server.call('PATCH', `${path}/disable?dryRun=true`)
  expect(dry).toMatchObject({
    status: 200,
    body: {
      consequences: ['SCEP', 'RA'].map((kind) =>
        expect.stringContaining(`the address of ${kind} profile "default" are refused`),
      ),
    },
  })
  expect(await endpoint()).toHaveProperty('served')
  expect(await server.call('PATCH', `${path}/disable`)).toMatchObject({ status: 204, text: '' })
  expect(await endpoint()).toEqual({ refused: 'The authority "default" is disabled.', status: 403 })
  expect((await server.context.snapshots.current()).issuer('default', 1)).toBeDefined()
  expect((await server.call('GET', path)).body).toMatchObject({ enabled: false })
  expect((await server.call('PATCH', `${path}/disable?dryRun=true`)).body).toEqual({ consequences: [] })
  expect(await server.call('PATCH', `${path}/enable`)).toMatchObject({ status: 204 })
  expect(await endpoint()).toHaveProperty('served')
})

test('an authority that is used is not deleted, and the answer says by what', async () => {
  const path = await defaultPath()
  for (const query of ['', '?dryRun=true']) {
    expect(await server.call('DELETE', `${path}${query}`)).toMatchObject({
      status: 422,
      body: [expect.stringMatching(/^RA profile "default" uses the authority/)],
    })
  }
})

test('one that nobody uses goes with its keys, and its name is free again', async () => {
  const path = pathOf(await create({}))
  expect((await server.call('DELETE', `${path}?dryRun=true`)).body).toEqual({
    consequences: [expect.stringMatching(/keys are destroyed/)],
  })
  expect((await server.call('GET', path)).status).toBe(200)
  expect(await server.call('DELETE', path)).toMatchObject({ status: 204, text: '' })
  expect((await server.call('GET', path)).status).toBe(404)
  expect((await create({})).status).toBe(201)
})

test('the kinds are described with a JSON schema whose fields have title and rule', async () => {
  const { status, body } = await server.call('GET', '/v1/authorityKinds')
  expect(status).toBe(200)
  const kinds = body as AuthorityKind[]
  expect(kinds.map(({ kind }) => kind)).toEqual(['built-in', 'scep'])
  for (const { title, meaning, settings } of kinds) {
    expect([title, meaning].every((text) => text.length > 0)).toBe(true)
    const { properties = {} } = settings as { properties?: Record<string, object> }
    for (const field of Object.values(properties)) {
      expect(field).toMatchObject({ title: expect.any(String), rule: expect.any(String) })
    }
  }
})

test('nobody changes an authority without a token, and one that is not there is 404', async () => {
  const path = await defaultPath()
  const nobody = '/v1/authorities/019a0000-0000-7000-8000-000000000001'
  for (const [method, what, body] of [
    ['PUT', '', {}],
    ['PATCH', '/enable', undefined],
    ['PATCH', '/disable', undefined],
    ['DELETE', '', undefined],
    ['POST', '/request', {}],
    ['GET', '/request', undefined],
    ['POST', '/certificate', { certificates: 'x' }],
    ['GET', '/chain', undefined],
  ] as const) {
    expect((await server.call(method, `${path}${what}`, body, {})).status).toBe(401)
    expect(await server.call(method, `${nobody}${what}`, body)).toMatchObject({ status: 404 })
  }
  expect((await server.call('POST', '/v1/authorities', {}, {})).status).toBe(401)
})
