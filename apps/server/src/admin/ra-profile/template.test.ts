import type { RaProfile, RaProfileVerdict, TemplateUpdate } from '@chancery/api'
import { generateKey } from '@chancery/ca'
import {
  buildCertificationRequest,
  buildExtension,
  buildName,
  buildSubjectAltName,
  encodePem,
  type GeneralName,
  nameFromText,
  softwareSigningKey,
} from '@chancery/pki'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
let path: string
let initial: RaProfile['template']
const KEY = softwareSigningKey(await generateKey('rsa-2048'))
const SMALL = softwareSigningKey(await generateKey('p-256'))

beforeAll(async () => {
  server = await startAdminServer()
  const [profile] = (await server.call('GET', '/v1/raProfiles')).body as [RaProfile]
  path = `/v1/raProfiles/${profile.uuid}`
  initial = profile.template
})
afterAll(() => server.close())
beforeEach(async () => {
  const { template, parts, ...subject } = initial.subject
  const { status, body } = await server.call('PUT', path, { template: { ...initial, subject } })
  expect([status, (body as RaProfile).template]).toEqual([200, initial])
  expect([template, parts]).toEqual([null, null])
})

const put = async (template: TemplateUpdate) => server.call('PUT', path, { template })

async function csr(
  subject: string,
  { names = [], extensions = [], key = KEY }: { names?: GeneralName[]; extensions?: Buffer[]; key?: typeof KEY } = {},
): Promise<string> {
  const der = await buildCertificationRequest({
    subject: nameFromText(subject),
    key,
    challengePassword: 'a-secret-challenge',
    extensions: [...(names.length === 0 ? [] : [buildSubjectAltName(names, false)]), ...extensions],
  })
  return encodePem('CERTIFICATE REQUEST', der)
}

async function check(body: Record<string, unknown>): Promise<RaProfileVerdict> {
  const answer = await server.call('POST', `${path}/check`, body)
  expect(answer.status).toBe(200)
  return answer.body as RaProfileVerdict
}

const failed = ({ findings }: RaProfileVerdict) =>
  findings.filter(({ passed }) => !passed).map(({ check: name, reason }) => [name, reason])

describe('a template over REST', () => {
  test('comes back as it was put, and what is left out stays', async () => {
    const { status, body } = await put({
      subject: { template: 'CN={request.CN},O=Example', allowedAttributes: ['CN', 'organizationName'] },
      subjectAltNames: { types: ['dns'], patterns: { dns: ['*.example.com'] }, fixed: ['URI:urn:a'] },
      keys: { rsaMinimumBits: 3072, curves: [] },
      validUntil: '2031-01-01T00:00:00+01:00',
      extendedKeyUsage: ['serverAuth', '1.2.3.4', 'codeSigning'],
      allowRestrictedPurposes: ['codesigning'],
      certificatePolicies: ['1.2.3'],
      extensions: [{ oid: '1.3.6.1.5.5.7.1.24' }],
    })
    expect([status, (body as RaProfile).template]).toEqual([
      200,
      {
        ...initial,
        subject: {
          ...initial.subject,
          from: 'template',
          template: 'CN={request.CN},O=Example',
          allowedAttributes: ['CN', 'O'],
        },
        subjectAltNames: {
          ...initial.subjectAltNames,
          types: ['dns'],
          patterns: { ...initial.subjectAltNames.patterns, dns: ['*.example.com'] },
          fixed: ['URI:urn:a'],
        },
        keys: { ...initial.keys, rsaMinimumBits: 3072, curves: [] },
        validUntil: '2030-12-31T23:00:00.000Z',
        extendedKeyUsage: ['serverAuth', '1.2.3.4', 'codeSigning'],
        allowRestrictedPurposes: ['codeSigning'],
        certificatePolicies: ['1.2.3'],
        extensions: [{ oid: '1.3.6.1.5.5.7.1.24', critical: false }],
      },
    ])
    await put({ keys: { rsaMaximumBits: 4096 } })
    const again = ((await server.call('GET', path)).body as RaProfile).template
    expect(again.keys).toEqual({ ...initial.keys, rsaMinimumBits: 3072, rsaMaximumBits: 4096, curves: [] })
    expect(again.subject.from).toBe('template')
  })

  test('what says nothing new writes nothing', async () => {
    const before = (await server.context.snapshots.current()).version
    await put({ validityDays: initial.validityDays, keys: initial.keys })
    expect((await server.context.snapshots.current()).version).toBe(before)
  })

  test.each<[string, object, RegExp[]]>([
    ['validity 0', { validityDays: 0 }, [/^template.validityDays must be a whole number from 1/]],
    ['a misspelt field', { keys: { rsaMinimum: 1 } }, [/"template.keys.rsaMinimum" is not a field/]],
    ['an unknown placeholder', { subject: { template: 'CN={request.XX}' } }, [/\{request.XX\} is no placeholder/]],
    ['a template without text', { subject: { from: 'template' } }, [/so subject.template is needed/]],
    ['parts beside the request', { subject: { from: 'request', parts: 'O=a' } }, [/only for subject.from "parts"/]],
    ['unknown attributes', { subject: { requiredAttributes: ['XX'] } }, [/"XX", which is neither/]],
    [
      'a template that makes what is not allowed, and not what is required',
      { subject: { template: 'CN=a,O=b', allowedAttributes: ['CN', 'OU'], requiredAttributes: ['OU'] } },
      [/makes O, which subject.allowedAttributes lacks/, /has OU, which subject.template never makes/],
    ],
    ['a name that is not granted', { subject: { template: 'CN={san.upn}' } }, [/needs \{san.upn\}/]],
    ['an unreadable pattern', { subject: { commonNamePatterns: ['a\\'] } }, [/\\ stands before a character/]],
    ['an unreadable network', { subjectAltNames: { patterns: { ip: ['10/8'] } } }, [/a network is written/]],
    [
      'a fixed name that is none',
      { subjectAltNames: { fixed: ['DNS:a b', 'RID:1.2.3'] } },
      [/malformed/, /is written DNS/],
    ],
    [
      'a fixed security identifier',
      { subjectAltNames: { fixed: ['URI:tag:microsoft.com,2022-09-14:sid:S-1-5'] } },
      [/takes it for an account/],
    ],
    ['a required name that nobody may bring', { subjectAltNames: { required: ['upn'] } }, [/has upn, which/]],
    ['a copied name without DNS', { subjectAltNames: { types: ['ip'], commonName: 'copied' } }, [/needs dns/]],
    ['RSA from more to less', { keys: { rsaMinimumBits: 4096, rsaMaximumBits: 3072 } }, [/is greater than/]],
    ['no key at all', { keys: { rsa: false, curves: [], ed25519: false } }, [/takes no kind of key/]],
    ['uses that fit no EC key', { keyUsage: ['keyEncipherment'] }, [/fits EC and Ed25519 keys/]],
    ['no use', { keyUsage: [] }, [/keyUsage is empty/]],
    ['no purpose', { extendedKeyUsage: [] }, [/extendedKeyUsage is empty/]],
    ['any purpose', { extendedKeyUsage: ['2.5.29.37.0'] }, [/never issued/]],
    [
      'restricted purposes',
      { extendedKeyUsage: ['codeSigning', 'OCSPSigning', 'smartcardLogon', '1.3.6.1.5.5.7.3.8'] },
      [/codeSigning, which is restricted/, /OCSPSigning/, /smartcardLogon/, /timeStamping/],
    ],
    ['no policy', { certificatePolicies: ['x', '2.5.29.32.0'] }, [/"x", which is no/, /anyPolicy/]],
    [
      'extensions of the CA',
      {
        extensions: [
          { oid: '2.5.29.19' },
          { oid: '2.5.29.30' },
          { oid: '1.3.6.1.4.1.311.25.2' },
          { oid: '1.2' },
          { oid: '1.2' },
        ],
      },
      [/the CA makes it itself/, /for CAs/, /for an account/, /1.2 twice/],
    ],
    ['an end in the past', { validUntil: '2020-01-01T00:00:00Z' }, [/is past/]],
    ['an end that is no time', { validUntil: 'tomorrow' }, [/must be a time such as/]],
  ])('%s is 422 with a sentence for each fault', async (_what, template, sentences) => {
    const { status, body } = await server.call('PUT', path, { template })
    expect([status, body]).toEqual([422, sentences.map((sentence) => expect.stringMatching(sentence))])
  })
})

describe('whether a request would pass', () => {
  test('shows the certificate that the default profile would issue', async () => {
    const verdict = await check({ csr: await csr('CN=printer1', { names: [{ type: 'dns', value: 'a.example' }] }) })
    expect(failed(verdict)).toEqual([])
    expect(verdict).toMatchObject({
      passes: true,
      wouldIssue: {
        subject: 'CN=printer1',
        subjectAltNames: ['DNS:a.example'],
        keyUsage: ['digitalSignature', 'keyEncipherment'],
        extendedKeyUsage: ['clientAuth'],
      },
    })
  })

  test('tells every rule that is broken, with its reason and page', async () => {
    const verdict = await check({
      csr: await csr('O=x', { key: SMALL, names: [{ type: 'dns', value: 'a.evil' }] }),
      template: {
        subject: { requiredAttributes: ['CN'] },
        subjectAltNames: { patterns: { dns: ['*.example'] }, required: ['ip'] },
        keys: { curves: ['P-384'] },
      },
    })
    expect(verdict).toMatchObject({ passes: false, wouldIssue: null })
    expect(failed(verdict)).toEqual([
      ['key', 'key_refused'],
      ['subjectAttributes', 'subject_refused'],
      ['namePatterns', 'subject_alt_name_refused'],
      ['requiredNames', 'subject_alt_name_refused'],
    ])
    expect(verdict.findings.find((finding) => finding.check === 'key')).toEqual({
      check: 'key',
      passed: false,
      sentence: 'The key is not accepted: curve P-256 is not one of P-384.',
      reason: 'key_refused',
      page: 'docs/errors/key_refused.md',
    })
  })

  test('before and after saving it says the same, and before it saves nothing', async () => {
    const body = {
      csr: await csr('CN=p,O=Evil', {
        extensions: [buildExtension('1.3.6.1.5.5.7.1.24', true, Buffer.from('3003020105', 'hex'))],
      }),
    }
    const template: TemplateUpdate = {
      subject: { template: 'CN={request.CN},O=Example' },
      extensions: [{ oid: '1.3.6.1.5.5.7.1.24' }],
      validityDays: 10,
    }
    const before = await check({ ...body, template })
    expect((await check(body)).wouldIssue?.subject).toBe('CN=p,O=Evil')
    await put(template)
    const after = await check(body)
    expect(after.findings).toEqual(before.findings)
    expect([before.wouldIssue?.subject, after.wouldIssue?.subject]).toEqual(['CN=p,O=Example', 'CN=p,O=Example'])
    expect(after.wouldIssue?.extensions.at(-1)).toEqual({
      oid: '1.3.6.1.5.5.7.1.24',
      critical: false,
      value: '3003020105',
    })
  })

  test('a template that makes no subject still leaves a word about the key', async () => {
    const verdict = await check({
      csr: await csr('O=x', { key: SMALL }),
      template: { subject: { template: 'CN={request.CN}' }, keys: { curves: [] } },
    })
    expect(failed(verdict)).toEqual([
      ['template', 'subject_refused'],
      ['key', 'key_refused'],
    ])
  })

  test('whatever a device asks for, a template makes a certificate that the authority would sign, or a refusal with its reason', async () => {
    const template = {
      subject: { template: 'CN={request.CN}+serialNumber={transactionId},OU={request.OU|none},C={request.C|}' },
    }
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.stringMatching(/^[#,+="\\{}|DE ]{0,9}$/))
    await fc.assert(
      fc.asyncProperty(value, value, value, async (cn, ou, c) => {
        const asked = [
          ['2.5.4.3', cn],
          ['2.5.4.11', ou],
          ['2.5.4.6', c],
        ] as const
        const subject = buildName(asked.map(([oid, text]) => [{ oid, value: text }]))
        const der = await buildCertificationRequest({ subject, key: SMALL })
        const verdict = await check({ csr: der.toString('base64'), template })
        expect(verdict.wouldIssue !== null).toBe(verdict.passes)
        for (const { passed, reason } of verdict.findings) expect(passed || reason === 'subject_refused').toBe(true)
        if (verdict.wouldIssue === null) return
        const issued = nameFromText(verdict.wouldIssue.subject).rdns.map((rdn) => rdn.map(({ value: text }) => text))
        expect(issued.flat().filter((text) => text === cn).length).toBeGreaterThan(0)
        expect(issued.length).toBe(c === '' ? 2 : 3)
      }),
      { seed: 26, numRuns: 60 },
    )
  })

  test('neither the answer nor the log has the challenge of the request', async () => {
    const text = await csr('CN=x')
    const answer = await server.call('POST', `${path}/check`, { csr: text })
    const wrong = await server.call('POST', `${path}/check`, { csr: text.slice(0, -60) })
    expect(wrong.body).toEqual(['csr is not a PKCS #10 request.'])
    for (const shown of [answer.text, wrong.text, ...server.log]) expect(shown).not.toContain('a-secret-challenge')
  })

  test('a request that its key has not signed is refused', async () => {
    const der = Buffer.from((await csr('CN=x')).replace(/-----[^-]+-----|\s/g, ''), 'base64')
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1
    expect(failed(await check({ csr: der.toString('base64') }))).toEqual([['proofOfPossession', 'bad_envelope']])
  })

  test('bad bodies are 422 with every fault, an unknown profile 404, and no token 401', async () => {
    const call = async (body: object) => server.call('POST', `${path}/check`, body)
    expect((await call({})).body).toEqual(['csr is missing.'])
    const { status, body } = await call({ csr: 'nonsense', messageType: 'RenewalReq', template: { keyUsage: [] } })
    expect([status, (body as string[]).length]).toEqual([422, 3])
    const good = { csr: await csr('CN=x') }
    const unknown = '019a0000-0000-7000-8000-000000000001'
    expect((await call({ ...good, scepProfileUuid: unknown })).body).toEqual(['scepProfileUuid is of no SCEP profile.'])
    expect((await server.call('POST', `/v1/raProfiles/${unknown}/check`, good)).status).toBe(404)
    expect((await server.call('POST', `${path}/check`, good, {})).status).toBe(401)
  })
})
