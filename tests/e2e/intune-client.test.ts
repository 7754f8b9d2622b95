import { generateKeyPairSync } from 'node:crypto'
import {
  type IntuneConnections,
  type IntuneContact,
  type IntuneLimits,
  intuneChallenge,
  intuneRevocations,
  testConnection,
  USUAL_LIMITS,
} from '@chancery/connectors'
import { encodePem, nameFromText, parseCertificate, parseCertificationRequest, softwareSigningKey } from '@chancery/pki'
import type { ChallengeVerdict, IntuneRule, Voucher } from '@chancery/ra'
import { Secret, selfSignedSigner } from '@chancery/scep'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { intuneConnections } from '../../apps/server/src/intune/connections.ts'
import { question } from '../../packages/connectors/src/sample-question.ts'
import { type IntuneDevice, newIntuneDevice } from '../emulators/intune/device/device.ts'
import { newDeviceKey } from '../emulators/intune/device/keys.ts'
import { type IntuneEmulator, startIntuneEmulator } from '../emulators/intune/emulator.ts'
import type { Fault, Injection } from '../emulators/intune/faults.ts'

const MINUTE = 60_000

let emulator: IntuneEmulator
let contacts: IntuneContact[]
let connections: IntuneConnections
beforeEach(async () => {
  emulator = await startIntuneEmulator()
  contacts = []
  connections = connectionsWith(USUAL_LIMITS)
})
afterEach(() => emulator.stop())

const connectionsWith = (limits: IntuneLimits) =>
  intuneConnections({
    environment: {},
    now: () => emulator.now(),
    overrides: emulator,
    onContact: (contact) => contacts.push(contact),
    limits,
    // Nobody waits between attempts.
    pause: async () => undefined,
  })

const rule = (changes: Partial<IntuneRule> = {}): IntuneRule => ({
  tenant: emulator.tenant.id,
  applicationId: emulator.app.clientId,
  cloud: 'public',
  endpoints: null,
  credential: 'secret',
  certificate: null,
  assertionAlgorithm: 'PS256',
  secretExpiresAt: null,
  whenUnreachable: 'unavailable',
  revocationReason: 5,
  revocationFilter: 'none',
  ...changes,
})

const challengeOf = (changes: Partial<IntuneRule> = {}, key = emulator.secret) =>
  intuneChallenge({ rule: rule(changes), key: new Secret(key), connections })

const KEY = softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const DEVICE_KEY = await newDeviceKey()
const newDevice = () => newIntuneDevice(emulator.challenge(emulator.issueChallenge()), { key: DEVICE_KEY })

async function ask(
  device: IntuneDevice,
  changes: Partial<IntuneRule> = {},
  key = emulator.secret,
): Promise<ChallengeVerdict> {
  const { csr, transactionId } = device
  return challengeOf(changes, key).validate(question({ csr: parseCertificationRequest(csr), transactionId }))
}

function voucher(): Voucher {
  const { voucher } = challengeOf()
  if (voucher === undefined) throw new Error('nobody vouches')
  return voucher
}

async function tell({ csr, transactionId }: IntuneDevice) {
  const certificate = (await selfSignedSigner(nameFromText('CN=Device CA 1,O=Example'), KEY, emulator.now())).der
  return { certificate, outcome: await voucher().issued({ csr, transactionId, certificate }) }
}

const endpoints = () => emulator.requests().map(({ endpoint }) => endpoint)
const count = (...wanted: Parameters<IntuneEmulator['requests']>) => emulator.requests(...wanted).length

test('I-7.9-01 a device is validated, and Intune knows its certificate by the serial number that we are told back', async () => {
  const device = await newDevice()
  expect(await ask(device)).toMatchObject({ verdict: 'accepted' })
  const { certificate, outcome } = await tell(device)
  const [known] = emulator.certificates()
  expect(outcome).toEqual({
    status: 'acknowledged',
    toldSerial: parseCertificate(certificate).serialNumber.toString('hex').toUpperCase(),
    toldIssuer: 'CN=Device CA 1,O=Example',
  })
  expect(known).toMatchObject(
    outcome.status === 'acknowledged' ? { serialNumber: outcome.toldSerial, issuerName: outcome.toldIssuer } : {},
  )
  expect(endpoints()).toEqual(['token', 'discovery', 'token', 'validate', 'success'])
})

test('I-8-24 the same notice is taken twice', async () => {
  const device = await newDevice()
  await ask(device)
  const { certificate, outcome } = await tell(device)
  const { csr, transactionId } = device
  expect(await voucher().issued({ csr, transactionId, certificate })).toEqual(outcome)
  expect(emulator.violations()).toEqual([])
})

describe('tokens', () => {
  test('I-7.9-08 fifty devices at once cost two tokens and one list; a token is replaced at its end, and once it is refused', async () => {
    const devices = await Promise.all(Array.from({ length: 50 }, newDevice))
    await Promise.all(devices.map((device) => ask(device)))
    expect([count('token'), count('discovery'), count('validate')]).toEqual([2, 1, 50])
    emulator.advance(56 * MINUTE)
    const device = await newDevice()
    expect(await ask(device)).toMatchObject({ verdict: 'accepted' })
    expect([count('token'), count('discovery')]).toEqual([3, 1])
    emulator.inject({ endpoint: 'validate', fault: { kind: 'status', status: 401 } })
    expect(await ask(device)).toMatchObject({ verdict: 'accepted' })
    expect(count('token')).toBe(4)
  })

  test('I-8-15 consent that is given later counts with the next request', async () => {
    emulator.app.grants.intune = []
    const device = await newDevice()
    expect(await ask(device)).toMatchObject({
      verdict: 'undecided',
      detail: expect.stringContaining('scep_challenge_provider'),
    })
    emulator.app.grants.intune = ['scep_challenge_provider']
    expect(await ask(device)).toMatchObject({ verdict: 'accepted' })
  })

  test('the life of a token may be a text, and throttling is plain text', async () => {
    emulator.setFlags({ token: { expiresInAsString: true } })
    emulator.inject({ endpoint: 'token', fault: { kind: 'retryAfter', seconds: 3 } })
    expect(await ask(await newDevice())).toMatchObject({ verdict: 'accepted' })
    emulator.setFlags({ token: { acceptSingleSlashScope: false }, strictAudience: true })
    emulator.advance(58 * MINUTE)
    expect(await ask(await newDevice())).toMatchObject({ verdict: 'accepted' })
  })
})

describe('I-7.9-09 a credential', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

  test('that is wrong lets nobody in', async () => {
    expect(await ask(await newDevice(), {}, 'wrong')).toMatchObject({
      verdict: 'undecided',
      detail: expect.stringContaining('AADSTS7000215'),
    })
  })

  test('that has expired neither', async () => {
    const notAfter = new Date(emulator.now().getTime() + MINUTE)
    const app = emulator.addApp({ secrets: [{ value: 'a secret that ends', notAfter }] })
    const ours = { applicationId: app.clientId }
    expect(await ask(await newDevice(), ours, 'a secret that ends')).toMatchObject({ verdict: 'accepted' })
    emulator.advance(60 * MINUTE)
    expect(await ask(await newDevice(), ours, 'a secret that ends')).toMatchObject({
      verdict: 'undecided',
      detail: expect.stringContaining('AADSTS7000222'),
    })
  })

  test.each(['PS256', 'RS256'] as const)('is a certificate, under %s', async (assertionAlgorithm) => {
    const { der } = await selfSignedSigner(nameFromText('CN=chancery'), softwareSigningKey(privateKey), emulator.now())
    const certificate = encodePem('CERTIFICATE', der)
    const registered = emulator.addApp({ certificates: [der] })
    const stranger = emulator.addApp({ secrets: [{ value: 'x' }] })
    const as = (applicationId: string) =>
      ({ credential: 'certificate', certificate, assertionAlgorithm, applicationId }) as const
    const device = await newDevice()
    expect(await ask(device, as(registered.clientId), pem)).toMatchObject({ verdict: 'accepted' })
    expect(await ask(device, as(stranger.clientId), pem)).toMatchObject({
      verdict: 'undecided',
      detail: expect.stringContaining('AADSTS700027'),
    })
  })

  test('of a tenant that is unknown, or of an application in another one, is said to be so', async () => {
    const device = await newDevice()
    expect(await ask(device, { tenant: 'nobody.example' })).toMatchObject({
      detail: expect.stringContaining('AADSTS90002'),
    })
    const other = emulator.addTenant()
    expect(await ask(device, { tenant: other.id })).toMatchObject({ detail: expect.stringContaining('AADSTS700016') })
  })

  test('I-8-16 of another tenant than the challenge is told by Intune', async () => {
    const other = emulator.addTenant()
    const app = emulator.addApp({ tenant: other.id, secrets: [{ value: 'other' }] })
    const device = await newDevice()
    expect(await ask(device, { tenant: other.id, applicationId: app.clientId }, 'other')).toMatchObject({
      verdict: 'refused',
      detail: expect.stringContaining('BadTenantIdInChallenge'),
    })
  })
})

describe('I-7.9-10 the list of services', () => {
  const ODD: readonly (readonly [string, Parameters<IntuneEmulator['setFlags']>[0]])[] = [
    ['in odd case', { discovery: { mixedCase: true } }],
    ['with duplicates', { discovery: { duplicates: true } }],
    ['with an entry without an address', { discovery: { withoutUri: true } }],
    ['with older names', { discovery: { legacyName: true } }],
    ['with slashes', { discovery: { trailingSlash: true } }],
    ['on two pages', { discovery: { nextLink: true } }],
  ]
  test.each(ODD)('may be written %s', async (_how, flags) => {
    emulator.setFlags(flags)
    expect(await ask(await newDevice())).toMatchObject({ verdict: 'accepted' })
  })

  const WRONG: readonly (readonly [string, Parameters<IntuneEmulator['setFlags']>[0], RegExp])[] = [
    ['without ours', { discovery: { missing: ['ScepRequestValidationFEService'] } }, /licensed/],
    ['that is forbidden', { discovery: { answer: 'forbidden' } }, /Application\.Read\.All/],
    ['that is not there', { discovery: { answer: 'notFound' } }, /not in this tenant/],
    ['that fails', { discovery: { answer: 'serverError' } }, /fault of its own/],
    ['that is no JSON', { discovery: { answer: 'malformed' } }, /no list of services/],
    ['at another machine without TLS', { discovery: { origin: 'http://fef.example' } }, /lists no/],
  ]
  test.each(WRONG)('%s lets nobody in', async (_what, flags, sentence) => {
    emulator.setFlags(flags)
    expect(await ask(await newDevice())).toMatchObject({
      verdict: 'undecided',
      detail: expect.stringMatching(sentence),
    })
    expect(count('validate')).toBe(0)
  })

  test.each([404, 410, 421] as const)('is asked for again when a tenant has moved (%i)', async (status) => {
    expect(await ask(await newDevice())).toMatchObject({ verdict: 'accepted' })
    emulator.moveTenant(undefined, status)
    expect(await ask(await newDevice())).toMatchObject({ verdict: 'accepted' })
    expect(count('discovery')).toBe(2)
  })
})

describe('I-7.9-03 whatever goes wrong, nobody is let in', () => {
  /** What hangs is given up soon; what works may take its time. */
  let limits = { ...USUAL_LIMITS }
  beforeEach(() => {
    limits = { ...USUAL_LIMITS, exchangeMilliseconds: 300 }
    connections = connectionsWith(limits)
  })
  const mend = () => {
    emulator.clearFaults()
    limits.exchangeMilliseconds = USUAL_LIMITS.exchangeMilliseconds
  }

  const FAULTS: readonly Fault[] = [
    ...[400, 401, 403, 404, 408, 410, 421, 500, 502, 503, 504].map((status) => ({ kind: 'status', status }) as const),
    { kind: 'status', status: 204 },
    { kind: 'status', status: 202, body: '{"code":"Success"}' },
    { kind: 'retryAfter', seconds: 2 },
    { kind: 'retryAfter', seconds: 3600, status: 503 },
    { kind: 'hang' },
    { kind: 'hang', when: 'after' },
    { kind: 'delay', milliseconds: 5000 },
    { kind: 'slowHeaders', milliseconds: 5000 },
    { kind: 'reset' },
    { kind: 'reset', when: 'after' },
    { kind: 'truncate' },
    { kind: 'notJson' },
    { kind: 'notJson', status: 407 },
    { kind: 'emptyBody' },
    { kind: 'wrongType' },
    { kind: 'wrongType', body: { code: ['Success'] } },
    { kind: 'wrongType', body: 'Success' },
    { kind: 'redirect' },
    { kind: 'redirect', status: 302 },
    { kind: 'hugeBody', bytes: 5 << 20 },
  ]
  const inject = (endpoint: Injection['endpoint'], fault: Fault) =>
    emulator.inject({ endpoint, times: 'always', fault })

  describe.each(['token', 'discovery', 'validate'] as const)('at %s', (endpoint) => {
    test.each(FAULTS.map((fault) => [JSON.stringify(fault), fault] as const))('%s', async (_name, fault) => {
      const device = await newDevice()
      inject(endpoint, fault)
      expect(await ask(device)).toMatchObject({ verdict: 'undecided' })
      expect(emulator.violations()).toEqual([])
      mend()
      emulator.advance(MINUTE)
      expect(await ask(device)).toMatchObject({ verdict: 'accepted' })
    })
  })

  test.each(FAULTS.map((fault) => [JSON.stringify(fault), fault] as const))(
    'I-7.9-05 I-7.9-06 at the notice of a certificate, %s is no acknowledgement; the notice is taken afterwards',
    async (_name, fault) => {
      const device = await newDevice()
      await ask(device)
      inject('success', fault)
      const { certificate, outcome } = await tell(device)
      expect(outcome).toMatchObject({ status: 'unavailable' })
      mend()
      const { csr, transactionId } = device
      expect(await voucher().issued({ csr, transactionId, certificate })).toMatchObject({ status: 'acknowledged' })
      expect(emulator.certificates()).toHaveLength(1)
      expect(emulator.violations()).toEqual([])
    },
  )

  test.each(['ChallengeExpired', 'BadMoonInChallenge', 'success', ''])('code %j', async (code) => {
    inject('validate', { kind: 'code', code })
    const { verdict } = await ask(await newDevice())
    expect(verdict).toBe(code === '' ? 'undecided' : 'refused')
  })

  test('one fault that passes is borne', async () => {
    const passing: readonly Fault[] = [
      { kind: 'status', status: 503 },
      { kind: 'reset', when: 'after' },
      { kind: 'truncate' },
      { kind: 'moved' },
    ]
    for (const fault of passing) {
      emulator.inject({ endpoint: 'validate', fault })
      expect(await ask(await newDevice())).toMatchObject({ verdict: 'accepted' })
    }
    expect(emulator.violations()).toEqual([])
  })
})

test('I-7.9-17 a redirect takes no token along', async () => {
  for (const endpoint of ['token', 'discovery', 'validate', 'success'] as const) {
    const device = await newDevice()
    emulator.inject({ endpoint, times: 'always', fault: { kind: 'redirect' } })
    const before = endpoint === 'success' ? await tell(device) : await ask(device)
    expect(JSON.stringify(before)).toContain('redirect')
    emulator.clearFaults()
  }
  expect(emulator.violations().filter(({ kind }) => kind === 'redirectFollowed')).toEqual([])
})

test.each([
  ['x'.repeat(300), 'x'.repeat(255)],
  [`${'x'.repeat(254)}😀`, 'x'.repeat(254)],
  [`${'x'.repeat(253)}😀😀`, `${'x'.repeat(253)}😀`],
])('I-7.9-04 I-7.9-16 Intune takes the description of a failure, however long it was', async (description, told) => {
  const device = await newDevice()
  await ask(device)
  const { csr, transactionId } = device
  await voucher().failed({ csr, transactionId, reason: 'issue_failed', description })
  const [request] = emulator.requests('failure')
  expect(JSON.parse(request?.body ?? '{}')).toMatchObject({
    notification: { errorDescription: told, hResult: -1610612726 },
  })
  expect(contacts.at(-1)).toMatchObject({ call: 'notify', outcome: 'ok' })
  expect(emulator.violations()).toEqual([])
})

describe('I-7.9-12 revocations', () => {
  const source = () =>
    intuneRevocations({ rule: rule(), key: new Secret(emulator.secret), connections, issuerNames: [] })

  test.each(['true', 'string', 'String'] as const)(
    'are collected and reported; the acknowledgement may be %s',
    async (uploadValue) => {
      emulator.setFlags({ revocation: { uploadValue } })
      const device = await newDevice()
      await ask(device)
      const { outcome } = await tell(device)
      if (outcome.status !== 'acknowledged') throw new Error(outcome.detail)
      emulator.revoke(outcome.toldSerial)
      const { wishes, full } = await source().collect()
      const { toldSerial: serialNumber, toldIssuer: issuer } = outcome
      expect(full).toBe(false)
      expect(wishes).toEqual([
        { context: expect.any(String), serialNumber, issuerName: issuer, caConfiguration: issuer },
      ])
      const results = wishes.map(({ context }) => ({ context, code: 0, message: '' }) as const)
      await source().report(results)
      expect(emulator.revocations()).toMatchObject([{ state: 'revoked' }])
      expect(await source().collect()).toEqual({ wishes: [], full: false })
      expect(emulator.violations()).toEqual([])
    },
  )

  test.each(['false', 'missing'] as const)('are not reported where the answer is %s', async (uploadValue) => {
    emulator.setFlags({ revocation: { uploadValue } })
    await expect(source().report([{ context: 'a', code: 4101, message: 'down' }])).rejects.toThrow(/not recorded/)
  })

  test('odd ones are left out or left to be answered', async () => {
    emulator.enqueueRaw({ requestContext: 'a' })
    emulator.enqueueRaw({ requestContext: 'b', serialNumber: '01' })
    const { wishes } = await source().collect()
    expect(wishes.map(({ context, serialNumber }) => [context, serialNumber])).toEqual([
      ['a', ''],
      ['b', '01'],
    ])
  })
})

describe('a connection on trial', () => {
  const verdicts = async (key = emulator.secret) => {
    const tested = await testConnection({ rule: rule(), key: new Secret(key) }, connections)
    expect(JSON.stringify(tested)).not.toContain(key)
    return { ...tested, verdicts: tested.steps.map(({ verdict }) => verdict) }
  }
  const passed = Array.from({ length: 6 }, () => 'passed')

  test('passes, and its permissions are listed', async () => {
    expect(await verdicts()).toMatchObject({
      verdicts: passed,
      roles: { graph: ['Application.Read.All'], intune: ['scep_challenge_provider'] },
    })
    expect(count('download')).toBe(0)
  })

  test('says which consent is missing', async () => {
    emulator.app.grants.graph = []
    expect((await verdicts()).steps[2]).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringContaining('Application.Read.All'),
    })
    emulator.app.grants.graph = ['Application.Read.All']
    emulator.app.grants.intune = []
    expect((await verdicts()).steps[3]).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringContaining('scep_challenge_provider'),
    })
  })

  test('says that the secret is wrong, or that Intune is missing', async () => {
    expect((await verdicts('the ID of a secret')).steps[1]?.sentence).toContain('often its ID is entered instead')
    emulator.setFlags({ discovery: { missing: ['PkiConnectorFEService'] } })
    expect((await verdicts()).verdicts).toEqual([...passed.slice(1), 'failed'])
  })
})
