import { generateKeyPairSync, hash } from 'node:crypto'
import { nameFromText, nameToText, softwareSigningKey } from '@chancery/pki'
import type { ChallengeQuestion, IntuneRule, Voucher } from '@chancery/ra'
import { Secret, selfSignedSigner } from '@chancery/scep'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NOW, question } from '../../sample-question.ts'
import { intuneChallenge } from './intune.ts'
import { RESULT_CODES } from './result-code.ts'
import { type Answer, jsonOf, RULE, SCEP_URI, SECRET, scriptedMicrosoft } from './scripted-microsoft.ts'

const CERTIFICATE = await selfSignedSigner(
  nameFromText('CN=Device CA 1,O=Example'),
  softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  NOW,
)

function setUp({ rule = {}, key = SECRET }: { rule?: Partial<IntuneRule> | null; key?: string | null } = {}) {
  const microsoft = scriptedMicrosoft()
  const validator = intuneChallenge({
    rule: rule === null ? null : { ...RULE, ...rule },
    key: key === null ? undefined : new Secret(key),
    connections: microsoft.connections,
  })
  const ask = async (changes: Partial<ChallengeQuestion> = {}) => validator.validate(question(changes))
  const issued = () => voucherOf(validator).issued(ISSUED)
  return { ...microsoft, validator, ask, issued }
}

const ISSUED = { transactionId: question().transactionId, csr: question().csr.der, certificate: CERTIFICATE.der }

function voucherOf({ voucher }: { readonly voucher?: Voucher }): Voucher {
  if (voucher === undefined) throw new Error('nobody vouches')
  return voucher
}

describe('a request is validated', () => {
  test('I-7.9-01 by one call with the exact PKCS#10, and accepted by the code Success', async () => {
    const { ask, sent, at, validator } = setUp()
    const { csr, challenge } = question()
    expect(await ask()).toEqual({
      verdict: 'accepted',
      use: { vouched: { voucher: voucherOf(validator).key, csr: csr.der, challenge } },
      detail: 'Intune vouches for it: Success',
    })
    expect(sent.map(({ place }) => place)).toEqual(['token', 'discovery', 'token', 'validate'])
    const [call] = at('validate')
    expect(call?.url).toBe(`${SCEP_URI}/ScepActions/validateRequest`)
    expect(call?.headers).toMatchObject({
      authorization: 'Bearer token',
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(call?.body?.length),
      'client-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'api-version': '2018-02-20',
      UserAgent: 'Chancery/1.0',
      'user-agent': 'Chancery/1.0',
      accept: 'application/json',
    })
    expect(call === undefined ? undefined : jsonOf(call)).toEqual({
      request: { transactionId: 'T-1', certificateRequest: csr.der.toString('base64'), callerInfo: 'Chancery/1.0' },
    })
  })

  test.each(Object.entries(RESULT_CODES))('I-7.9-02 %s refuses, and says what it means', async (code, meaning) => {
    const { ask, script, validator } = setUp()
    script('validate', { body: { code, errorDescription: 'text of theirs' } })
    expect(await ask()).toMatchObject({ verdict: 'refused', detail: `Intune refused it: ${code} (${meaning})` })
    expect(validator.voucher).toBeDefined()
  })

  test.each([['BadMoonInChallenge'], ['success'], ['Success '], ['1'], ['constructor'], ['__proto__']])(
    'I-7.9-02 I-8-05 the unknown code %j refuses under its own name',
    async (code) => {
      const { ask, script } = setUp()
      script('validate', { body: { code } })
      expect(await ask()).toEqual({
        verdict: 'refused',
        detail: `Intune refused it: ${code} (a code whose meaning is not known here)`,
      })
    },
  )

  const NO_ANSWERS: readonly (readonly [string, Answer | Error])[] = [
    ['HTML of a proxy', { body: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } }],
    ['nothing', { body: '' }],
    ['an object without a code', { body: {} }],
    ['a code that is a number', { body: { code: 0 } }],
    ['a code that is blank', { body: { code: '' } }],
    ['a list', { body: [{ code: 'Success' }] }],
    ['Success with HTTP 204', { status: 204, body: { code: 'Success' } }],
    ['Success with HTTP 201', { status: 201, body: { code: 'Success' } }],
    ['Success with HTTP 400', { status: 400, body: { code: 'Success' } }],
    ['a redirect', { status: 307, headers: { location: 'https://elsewhere.example/' } }],
    ['HTTP 407 of a proxy', { status: 407, body: 'Proxy Authentication Required' }],
  ]
  test.each(NO_ANSWERS)('I-7.9-03 I-8-30 %s is no answer: undecided, and asked once', async (_what, answer) => {
    const { ask, script, at } = setUp()
    script('validate', answer)
    expect(await ask()).toMatchObject({
      verdict: 'undecided',
      detail: expect.stringMatching(/^Intune could not be asked: /),
    })
    expect(at('validate')).toHaveLength(1)
  })

  test('I-7.9-03 whatever is answered, only an object whose code is Success lets anybody in', async () => {
    const { ask, script } = setUp()
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({ code: fc.oneof(fc.jsonValue(), fc.constantFrom('success', 'SUCCESS', 'Success\n', 'Success\u0000')) })
        .map((one) => JSON.stringify(one)),
      fc.constantFrom(
        '{"code":"Success"',
        '["Success"]',
        '"Success"',
        '{"Code":"Success"}',
        '{"value":{"code":"Success"}}',
      ),
    )
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        fc.pre(!/"code" *: *"Success" *}/.test(body))
        script('validate', { body })
        expect((await ask()).verdict).not.toBe('accepted')
      }),
      { numRuns: 500, seed: 6 },
    )
  })

  test('I-7.9-03 where the profile says so, a device that cannot be asked about is refused', async () => {
    const { ask, script } = setUp({ rule: { whenUnreachable: 'failure' } })
    script('validate', { body: '' })
    expect(await ask()).toMatchObject({
      verdict: 'refused',
      detail: expect.stringMatching(/^Intune could not be asked: /),
    })
  })

  test('the time after which Intune wants to be asked again is passed on', async () => {
    const { ask, script } = setUp()
    script('validate', { status: 429, headers: { 'retry-after': '120' } })
    expect(await ask()).toMatchObject({ verdict: 'undecided', retryAfterSeconds: 120 })
  })
})

describe('nobody is let in, and Intune is not asked', () => {
  const NO_SETTINGS: readonly (readonly [string, Parameters<typeof setUp>[0], RegExp])[] = [
    ['without settings', { rule: null }, /no Intune settings/],
    ['without a key', { key: null }, /no credential/],
    ['with a blank key', { key: ' ' }, /no credential/],
    [
      'with a certificate whose key is no PEM',
      { rule: { credential: 'certificate', certificate: 'x' } },
      /private key/,
    ],
    ['in China, whose resource nobody told', { rule: { cloud: 'china' } }, /Intune resource URL/],
    ['in a cloud of its own without addresses', { rule: { cloud: 'custom' } }, /authority \(sign-in\) URL/],
    ['with a tenant that is no part of a URL', { rule: { tenant: '../common' } }, /tenant/],
  ]
  test.each(NO_SETTINGS)('I-7.9-15 by a profile %s', async (_what, options, sentence) => {
    const { ask, sent } = setUp(options)
    expect(await ask()).toMatchObject({ verdict: 'refused', detail: expect.stringMatching(sentence) })
    expect(sent).toEqual([])
  })

  test('with an empty challenge', async () => {
    const { ask, sent } = setUp()
    expect(await ask({ challenge: new Secret('') })).toEqual({ verdict: 'refused', detail: 'the challenge is empty' })
    expect(sent).toEqual([])
  })
})

describe('of a certificate', () => {
  test('I-7.9-01 Intune hears thumbprint, serial number, end and issuer, and what it was told is told back', async () => {
    const { issued, at } = setUp()
    const issuer = nameToText(CERTIFICATE.issuer)
    const serial = CERTIFICATE.serialNumber.toString('hex').toUpperCase()
    expect(await issued()).toEqual({ status: 'acknowledged', toldSerial: serial, toldIssuer: issuer })
    const [call] = at('succeeded')
    expect(call === undefined ? undefined : jsonOf(call)).toEqual({
      notification: {
        transactionId: 'T-1',
        certificateRequest: question().csr.der.toString('base64'),
        callerInfo: 'Chancery/1.0',
        certificateThumbprint: hash('sha1', CERTIFICATE.der).toUpperCase(),
        certificateSerialNumber: serial,
        certificateExpirationDateUtc: '2026-02-14T12:00:00.000Z',
        issuingCertificateAuthority: issuer,
        caConfiguration: issuer,
        certificateAuthority: 'Device CA 1',
      },
    })
  })

  test('another code than Success is no acknowledgement', async () => {
    const { issued, script } = setUp()
    script('succeeded', { body: { code: 'Unknown' } })
    expect(await issued()).toEqual({
      status: 'refused',
      detail: 'Intune did not take the notice: Unknown (Intune does not say why)',
    })
  })

  test('I-7.9-05 no answer, or no credential, is no acknowledgement either', async () => {
    const { issued, script } = setUp()
    script('succeeded', { body: 'OK' })
    expect(await issued()).toMatchObject({ status: 'unavailable' })
    expect(await setUp({ key: null }).issued()).toMatchObject({
      status: 'unavailable',
      detail: expect.stringMatching(/no credential/),
    })
  })
})

describe('of a failure', () => {
  const FAILED = { ...ISSUED, reason: 'subject_refused', description: 'Policy refused the request' }

  test('I-7.9-04 Intune hears a number and a description', async () => {
    const { validator, at } = setUp()
    await voucherOf(validator).failed(FAILED)
    const [call] = at('failed')
    expect(call?.url).toBe(`${SCEP_URI}/ScepActions/failureNotification`)
    expect(call === undefined ? undefined : jsonOf(call)).toEqual({
      notification: {
        transactionId: 'T-1',
        certificateRequest: question().csr.der.toString('base64'),
        callerInfo: 'Chancery/1.0',
        hResult: -1610612731,
        errorDescription: 'Policy refused the request',
      },
    })
  })

  test('I-8-29 nothing comes of it when it cannot be told', async () => {
    const { validator, script } = setUp()
    script('token', { status: 401, body: { error: 'invalid_client' } })
    await expect(voucherOf(validator).failed(FAILED)).resolves.toBeUndefined()
    await expect(voucherOf(setUp({ key: null }).validator).failed(FAILED)).resolves.toBeUndefined()
  })
})

test('the key of the voucher is a digest of authority, resource, tenant and application, however they are spelt', () => {
  const { validator } = setUp()
  const text =
    '["https://login.microsoftonline.com/","https://api.manage.microsoft.com/",' +
    `"${RULE.tenant}","${RULE.applicationId}"]`
  expect(voucherOf(validator).key).toBe(hash('sha256', text))
  const upper = setUp({ rule: { tenant: RULE.tenant.toUpperCase() }, key: 'another secret' })
  expect(voucherOf(upper.validator).key).toBe(voucherOf(validator).key)
  expect(voucherOf(setUp({ rule: { cloud: 'us-government' } }).validator).key).not.toBe(voucherOf(validator).key)
})
