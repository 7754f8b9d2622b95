import { constants, createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { nameFromText, softwareSigningKey } from '@chancery/pki'
import { selfSignedSigner } from '@chancery/scep'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Caller } from '../caller.ts'
import { type IntuneEmulator, startIntuneEmulator } from '../emulator.ts'

let emulator: IntuneEmulator
let caller: Caller
beforeEach(async () => {
  emulator = await startIntuneEmulator()
  caller = new Caller(emulator)
})
afterEach(() => emulator.stop())

describe('a token is refused', () => {
  test.each([
    ['without a grant_type', { grant_type: null }, 900144, 'invalid_request'],
    ['for an unknown app', { client_id: randomUUID() }, 700016, 'unauthorized_client'],
    ['without a credential', { client_secret: null }, 7000218, 'invalid_client'],
    ['for a wrong secret', { client_secret: 'wrong' }, 7000215, 'invalid_client'],
    ['for a scope without /.default', { scope: 'https://api.manage.microsoft.com/' }, 70011, 'invalid_scope'],
    ['for an unknown resource', { scope: 'https://vault.azure.net/.default' }, 500011, 'invalid_resource'],
  ] as const)('%s', async (_, changed, code, error) => {
    const { status, body } = await caller.token(changed)
    expect(status === 400 || status === 401).toBe(true)
    expect(body).toMatchObject({ error, error_codes: [code] })
    expect(body.error_description).toMatch(new RegExp(`^AADSTS${code}: .* Trace ID: .* Correlation ID: .* Timestamp: `))
  })

  test('for a tenant that does not exist, or cannot', async () => {
    expect((await caller.token({}, randomUUID())).body.error_codes).toEqual([90002])
    expect((await caller.token({}, 'a%20b')).body.error_codes).toEqual([900023])
  })

  test('for a secret that has ended', async () => {
    const app = emulator.addApp({ secrets: [{ value: 'old', notAfter: new Date(Date.now() + 60_000) }] })
    const fields = { client_id: app.clientId, client_secret: 'old' }
    expect((await caller.token(fields)).status).toBe(200)
    emulator.advance(61_000)
    expect((await caller.token(fields)).body.error_codes).toEqual([7000222])
  })
})

test('a scope with one slash is recorded, and refused only if the flag says so', async () => {
  const scope = 'https://api.manage.microsoft.com/.default'
  expect((await caller.token({ scope })).status).toBe(200)
  emulator.setFlags({ token: { acceptSingleSlashScope: false } })
  expect((await caller.token({ scope })).body.error_codes).toEqual([500011])
  expect(emulator.violations().map(({ kind }) => kind)).toEqual(['singleSlashScope', 'singleSlashScope'])
})

test('the endpoint of v1 is closed, and its use recorded', async () => {
  const answer = await fetch(`${emulator.authorityUrl}${emulator.tenant.id}/oauth2/token`, { method: 'POST' })
  expect(answer.status).toBe(400)
  expect(emulator.violations()).toMatchObject([{ kind: 'v1TokenEndpoint' }])
})

describe('a client assertion', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

  async function registered(): Promise<{ clientId: string; der: Buffer }> {
    const { der } = await selfSignedSigner(nameFromText('CN=app'), softwareSigningKey(privateKey), new Date())
    return { clientId: emulator.addApp({ certificates: [der] }).clientId, der }
  }

  function assertion(
    alg: 'PS256' | 'RS256',
    { clientId, der }: { clientId: string; der: Buffer },
    changed: object = {},
  ) {
    const thumbprint =
      alg === 'PS256'
        ? { 'x5t#S256': createHash('sha256').update(der).digest('base64url') }
        : { x5t: createHash('sha1').update(der).digest('base64url') }
    const now = Math.floor(Date.now() / 1000)
    const aud = `${emulator.authorityUrl}${emulator.tenant.id}/oauth2/v2.0/token`
    const claims = { aud, iss: clientId, sub: clientId, jti: randomUUID(), nbf: now, exp: now + 600, ...changed }
    const signed = [{ alg, typ: 'JWT', ...thumbprint }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const padding =
      alg === 'PS256'
        ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
        : { padding: constants.RSA_PKCS1_PADDING }
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, ...padding }).toString('base64url')
    return {
      client_id: clientId,
      client_secret: null,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: `${signed}.${signature}`,
    }
  }

  test.each(['PS256', 'RS256'] as const)('signed with %s gets a token, once', async (alg) => {
    const fields = assertion(alg, await registered())
    expect((await caller.token(fields)).status).toBe(200)
    expect((await caller.token(fields)).body.error_codes).toEqual([50027])
  })

  test.each([
    ['another subject', { sub: 'somebody' }, 700021],
    ['another audience', { aud: 'https://elsewhere.example/' }, 700023],
    ['an end in the past', { exp: 1 }, 700024],
    ['a beginning in the future', { nbf: 99_999_999_999 }, 700024],
  ])('with %s is refused', async (_, changed, code) => {
    const { body } = await caller.token(assertion('PS256', await registered(), changed))
    expect(body.error_codes).toEqual([code])
  })

  test('of a certificate that is not registered, or with a broken signature, is refused', async () => {
    const app = await registered()
    const unknown = assertion('PS256', { ...app, der: Buffer.from('other') })
    expect((await caller.token(unknown)).body.error_codes).toEqual([700027])
    const { client_assertion: good, ...rest } = assertion('PS256', app)
    const broken = `${good.slice(0, -8)}AAAAAAAA`
    expect((await caller.token({ ...rest, client_assertion: broken })).body.error_codes).toEqual([700027])
  })
})

describe('a bearer token', () => {
  const action = 'ScepActions/validateRequest'

  test.each([
    ['garbled', 'Bearer a.b.c'],
    ['of another scheme', 'Basic eDp5'],
  ])('that is %s is refused with 401', async (_, authorization) => {
    const { status, headers } = await caller.act(action, {}, { authorization })
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })

  test('of another resource, or that has expired, is refused with 401', async () => {
    const graph = await caller.accessToken(`${emulator.graphUrl}.default`)
    expect((await caller.act(action, {}, { authorization: `Bearer ${graph}` })).status).toBe(401)
    emulator.setFlags({ token: { expiresInSeconds: 2 } })
    const authorization = `Bearer ${await caller.accessToken()}`
    expect((await caller.act(action, {}, { authorization })).status).toBe(400)
    emulator.advance(2000)
    expect((await caller.act(action, {}, { authorization })).status).toBe(401)
  })

  test('without the role is refused with 403, and a later consent needs a new token', async () => {
    emulator.app.grants.intune.length = 0
    const authorization = `Bearer ${await caller.accessToken()}`
    emulator.app.grants.intune.push('scep_challenge_provider')
    expect((await caller.act(action, {}, { authorization })).status).toBe(403)
    expect((await caller.act(action, {})).status).toBe(400)
    emulator.app.grants.graph.length = 0
    expect(await caller.discover()).toMatchObject({
      status: 403,
      body: { error: { code: 'Authorization_RequestDenied' } },
    })
  })

  test('with one slash less in its audience is refused only where that is strict', async () => {
    const authorization = `Bearer ${await caller.accessToken('https://api.manage.microsoft.com/.default')}`
    expect((await caller.act(action, {}, { authorization })).status).toBe(400)
    emulator.setFlags({ strictAudience: true })
    expect((await caller.act(action, {}, { authorization })).status).toBe(401)
  })
})
