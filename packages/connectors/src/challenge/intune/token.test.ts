import { constants, createPrivateKey, generateKeyPairSync, hash, verify } from 'node:crypto'
import { encodePem, nameFromText, softwareSigningKey } from '@chancery/pki'
import type { IntuneRule } from '@chancery/ra'
import { Secret, selfSignedSigner } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import { NOW, question } from '../../sample-question.ts'
import { formOf, RULE, SECRET, scriptedMicrosoft, settings } from './scripted-microsoft.ts'
import { validateRequest } from './validate.ts'

const MINUTE = 60_000
const INTUNE = 'https://api.manage.microsoft.com//.default'
const GRAPH = 'https://graph.microsoft.com/.default'

function setUp(changes: Partial<IntuneRule> = {}, key = SECRET) {
  const microsoft = scriptedMicrosoft()
  const { connections, at, script } = microsoft
  const ask = () => validateRequest(connections.to(settings(changes, key)), question())
  const scopes = () => at('token').map((sent) => formOf(sent).scope)
  return { ...microsoft, ask, scopes, script }
}

const tokenFor = (expires_in: unknown, access_token = 'token') => ({
  body: { token_type: 'Bearer', expires_in, access_token },
})
const refused = (error: string, number: number) => ({
  status: 401,
  body: { error, error_codes: [number], error_description: `AADSTS${number}: no` },
})

describe('a token is asked for', () => {
  test('I-8-01 with the secret, in the tenant, for a resource that keeps its slash', async () => {
    const { ask, at } = setUp()
    await ask()
    const [graph, intune] = at('token')
    expect(intune).toMatchObject({
      method: 'POST',
      url: `https://login.microsoftonline.com/${RULE.tenant}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    const form = { client_id: RULE.applicationId, client_secret: SECRET, grant_type: 'client_credentials' }
    expect(graph && formOf(graph)).toEqual({ ...form, scope: GRAPH })
    expect(intune && formOf(intune)).toEqual({ ...form, scope: INTUNE })
  })

  test('for the resource as it is written: one that is named without a slash has one in its scope', async () => {
    const { ask, scopes } = setUp({
      cloud: 'custom',
      endpoints: {
        authorityUrl: 'https://login.example',
        graphUrl: 'https://graph.example',
        resourceUrl: 'https://api.example',
      },
    })
    await ask()
    expect(scopes()).toEqual(['https://graph.example/.default', 'https://api.example/.default'])
  })

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  test.each(['PS256', 'RS256'] as const)(
    'I-7.9-09 with an assertion under %s, a new one each time',
    async (assertionAlgorithm) => {
      const certificate = await selfSignedSigner(
        nameFromText('CN=chancery'),
        softwareSigningKey(createPrivateKey(pem)),
        NOW,
      )
      const { ask, at } = setUp(
        { credential: 'certificate', assertionAlgorithm, certificate: encodePem('CERTIFICATE', certificate.der) },
        pem,
      )
      await ask()
      const forms = at('token').map(formOf)
      const ids = forms.map((form) => {
        expect(form.client_secret).toBeUndefined()
        expect(form.client_assertion_type).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
        const [header = '', claims = '', signature = ''] = (form.client_assertion ?? '').split('.')
        const named =
          assertionAlgorithm === 'PS256'
            ? { 'x5t#S256': hash('sha256', certificate.der, 'base64url') }
            : { x5t: hash('sha1', certificate.der, 'base64url') }
        expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
          alg: assertionAlgorithm,
          typ: 'JWT',
          ...named,
        })
        const padding =
          assertionAlgorithm === 'PS256'
            ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
            : { padding: constants.RSA_PKCS1_PADDING }
        const key = { key: certificate.publicKey.der, format: 'der', type: 'spki', ...padding } as const
        expect(verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))).toBe(
          true,
        )
        const { jti, ...others } = JSON.parse(Buffer.from(claims, 'base64url').toString())
        const seconds = Date.UTC(2026, 2, 1, 10) / 1000
        expect(others).toEqual({
          aud: `https://login.microsoftonline.com/${RULE.tenant}/oauth2/v2.0/token`,
          iss: RULE.applicationId,
          sub: RULE.applicationId,
          nbf: seconds,
          iat: seconds,
          exp: seconds + 300,
        })
        return jti
      })
      expect(new Set(ids).size).toBe(2)
    },
  )

  test('a certificate of another key, or a key that is none of RSA, is said before anybody is asked', async () => {
    const key = softwareSigningKey(createPrivateKey(pem))
    const certificate = encodePem('CERTIFICATE', (await selfSignedSigner(nameFromText('CN=a'), key, NOW)).der)
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const to = (secret: string, changes: Partial<IntuneRule> = {}) =>
      scriptedMicrosoft().connections.to({
        rule: { ...RULE, credential: 'certificate', certificate, ...changes },
        key: new Secret(secret),
      })
    expect(() => to(rsa.export({ type: 'pkcs8', format: 'pem' }).toString())).toThrow(/not the key of its certificate/)
    expect(() => to(ec.export({ type: 'pkcs8', format: 'pem' }).toString())).toThrow(/RSA/)
    expect(() => to(pem, { certificate: null })).toThrow(/no certificate in PEM/)
    expect(to(pem).identity.credential.kind).toBe('certificate')
  })
})

describe('a token is kept', () => {
  test('I-7.9-08 two hundred requests at once ask for one token for each resource and one list of services', async () => {
    const { ask, at, scopes } = setUp()
    await Promise.all(Array.from({ length: 200 }, ask))
    expect(scopes()).toEqual([GRAPH, INTUNE])
    expect(at('discovery')).toHaveLength(1)
    expect(at('validate')).toHaveLength(200)
  })

  test.each([[3599], ['3599']])('until five minutes before its end, whether that is %j or so', async (life) => {
    const { ask, scopes, script, pass } = setUp()
    script('token', tokenFor(life), tokenFor(life))
    await ask()
    pass(3599_000 - 5 * MINUTE - 1000)
    await ask()
    expect(scopes()).toEqual([GRAPH, INTUNE])
    pass(1000)
    await ask()
    expect(scopes()).toEqual([GRAPH, INTUNE, INTUNE])
  })

  test('until half of a short life', async () => {
    const { ask, scopes, script, pass } = setUp()
    script('token', tokenFor(60), tokenFor(60))
    await ask()
    pass(29_000)
    await ask()
    expect(scopes()).toHaveLength(2)
    pass(1000)
    await ask()
    expect(scopes()).toHaveLength(3)
  })

  test('to its very end where no new one is given', async () => {
    const { ask, scopes, script, pass } = setUp()
    await ask()
    pass(58 * MINUTE)
    script('token', { status: 400, body: 'x' })
    expect(await ask()).toBe('Success')
    expect(await ask()).toBe('Success')
    expect(scopes()).toHaveLength(3)
    pass(2 * MINUTE)
    script('token', { status: 400, body: 'x' }, { status: 400, body: 'x' })
    await expect(ask()).rejects.toThrow(/no token/)
  })

  test('for its own credential, tenant and application only', async () => {
    const { connections } = scriptedMicrosoft()
    const one = connections.to(settings())
    expect(connections.to(settings({ revocationReason: 0 }))).toBe(one)
    expect(connections.to(settings({}, 'another secret'))).not.toBe(one)
    expect(connections.to(settings({ tenant: 'other.example' }))).not.toBe(one)
    expect(connections.to(settings({ applicationId: 'other' }))).not.toBe(one)
    expect(connections.to(settings({ cloud: 'us-government' }))).not.toBe(one)
  })
})

describe('a token that is not accepted', () => {
  test.each([401, 403])('I-7.9-08 I-8-15 by Intune (%i) is dropped, and asked for once more', async (status) => {
    const { ask, at, script, scopes } = setUp()
    await ask()
    script('validate', { status })
    script('token', tokenFor(3599, 'newer'))
    expect(await ask()).toBe('Success')
    expect(scopes()).toEqual([GRAPH, INTUNE, INTUNE])
    expect(at('validate').map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token',
      'Bearer token',
      'Bearer newer',
    ])
    script('validate', { status }, { status })
    await expect(ask()).rejects.toThrow(/scep_challenge_provider/)
    expect(at('validate')).toHaveLength(5)
  })

  test('by many at once is renewed by one', async () => {
    const { ask, script, scopes } = setUp()
    await ask()
    script('validate', ...Array.from({ length: 20 }, () => ({ status: 401 })))
    script('token', tokenFor(3599, 'newer'))
    await Promise.all(Array.from({ length: 20 }, ask))
    expect(scopes()).toEqual([GRAPH, INTUNE, INTUNE])
  })

  test.each([401, 403])('by Graph (%i) is dropped, too', async (status) => {
    const { ask, script, scopes } = setUp()
    script('discovery', { status })
    expect(await ask()).toBe('Success')
    expect(scopes()).toEqual([GRAPH, GRAPH, INTUNE])
  })
})

describe('no token', () => {
  test('I-7.9-09 is given for a wrong secret: Entra ID is left alone for seconds, then asked anew', async () => {
    const { ask, at, script, pass } = setUp()
    script('token', refused('invalid_client', 7000215))
    await expect(ask()).rejects.toThrow(/AADSTS7000215/)
    await expect(ask()).rejects.toThrow(/AADSTS7000215/)
    expect(at('token')).toHaveLength(1)
    pass(5000)
    expect(await ask()).toBe('Success')
  })

  test('a refusal for another reason is forgotten at once', async () => {
    const { ask, script } = setUp()
    script('token', refused('unauthorized_client', 700016))
    await expect(ask()).rejects.toThrow(/not in this tenant/)
    expect(await ask()).toBe('Success')
  })

  test('a fault that passes is tried once more, after the time that was asked for', async () => {
    const { ask, script, pauses, at } = setUp()
    script('token', { status: 429, body: 'Too Many Requests', headers: { 'retry-after': '7' } })
    expect(await ask()).toBe('Success')
    expect(pauses).toEqual([7000])
    expect(at('token')).toHaveLength(3)
  })

  test.each([
    [{ status: 503, body: '<html>' }, /HTTP 503/],
    [new Error('connect ECONNREFUSED'), /login.microsoftonline.com: connect ECONNREFUSED/],
  ])('two of them are one too many', async (fault, sentence) => {
    const { ask, script, at } = setUp()
    script('token', fault, fault)
    await expect(ask()).rejects.toThrow(sentence)
    expect(at('token')).toHaveLength(2)
  })

  test('who is to wait for long is not waited for, and is told for how long', async () => {
    const { ask, script, pauses, at } = setUp()
    script('token', { status: 429, body: 'Too Many Requests', headers: { 'retry-after': '300' } })
    await expect(ask()).rejects.toMatchObject({ code: 'ERR_INTUNE_BUSY', retryAfterSeconds: 300 })
    expect([pauses, at('token').length]).toEqual([[], 1])
  })

  test.each([
    ['HTML', '<html>Sign in</html>'],
    ['another type', { token_type: 'mac', expires_in: 3599, access_token: 'token' }],
    ['no life', { token_type: 'Bearer', access_token: 'token' }],
    ['a life that is over', { token_type: 'Bearer', expires_in: 0, access_token: 'token' }],
    ['a life that is no number', { token_type: 'Bearer', expires_in: '1h', access_token: 'token' }],
    ['an empty token', { token_type: 'Bearer', expires_in: 3599, access_token: '' }],
    ['a token that breaks a header', { token_type: 'Bearer', expires_in: 3599, access_token: 'a\r\nb: c' }],
  ])('is what %s with HTTP 200 comes to', async (_what, body) => {
    const { ask, script, at } = setUp()
    script('token', { body })
    await expect(ask()).rejects.toMatchObject({ code: 'ERR_INTUNE_ANSWER' })
    expect(at('token')).toHaveLength(1)
  })
})
