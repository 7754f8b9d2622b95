import { buildExtension, der } from '@chancery/pki'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Caller } from '../caller.ts'
import { certificationRequest, type Pushed } from '../device/certification-request.ts'
import { type DeviceKey, newDeviceKey } from '../device/keys.ts'
import { type IntuneEmulator, startIntuneEmulator } from '../emulator.ts'
import type { ChallengeRecord, ChallengeWish } from './challenge-book.ts'

let emulator: IntuneEmulator
let caller: Caller
let key: DeviceKey
let smallKey: DeviceKey
beforeAll(async () => {
  emulator = await startIntuneEmulator()
  caller = new Caller(emulator)
  ;[key, smallKey] = await Promise.all([newDeviceKey('rsa-2048'), newDeviceKey('P-256')])
})
afterEach(() => emulator.setFlags({ scep: { singleUse: false } }))
afterAll(() => emulator.stop())

const NAMES = [
  'DNS:a.example',
  'UPN:a@example.com',
  'URI:tag:microsoft.com,2022-09-14:sid:S-1-5-21',
  'email:a@b.example',
  'IP:10.0.0.1',
  'IP:2001:db8::1',
]
const pushed = (wish: ChallengeWish = {}) => emulator.challenge(emulator.issueChallenge({ san: NAMES, ...wish }))

async function codeOf(record: ChallengeRecord, asked: Partial<Pushed> = {}, with_ = key): Promise<unknown> {
  return caller.validate(await certificationRequest({ ...record, ...asked }, with_.signing))
}

test('a request with every kind of name is what was rendered', async () => {
  expect(await codeOf(pushed({ subject: 'CN=A\\, B,OU=x+O=y,DC=example' }))).toBe('Success')
  expect(await codeOf(pushed({ keyLength: 256, keyUsage: ['digitalSignature'] }), {}, smallKey)).toBe('Success')
})

test.each([4096, 16_384])('a challenge of %i characters is taken', async (characters) => {
  const record = pushed({ characters })
  expect(record.challenge).toHaveLength(characters)
  expect(await codeOf(record)).toBe('Success')
})

test('a usual challenge is longer than 2000 characters, and no two are the same', () => {
  expect(emulator.issueChallenge().length).toBeGreaterThan(2000)
  expect(emulator.issueChallenge()).not.toBe(emulator.issueChallenge())
})

test.each<[string, Partial<Pushed>]>([
  ['ChallengePasswordMissing', { challenge: undefined }],
  ['ChallengeDecodingError', { challenge: 'no base64!' }],
  ['SubjectNameMissing', { subject: '' }],
  ['SubjectNameMismatch', { subject: 'CN=other' }],
  ['SubjectAltNameMissing', { san: [] }],
  ['SubjectAltNameMismatch', { san: ['DNS:b.example'] }],
  ['SubjectAltNameMismatch', { san: [...NAMES, 'DNS:b.example'] }],
  ['KeyUsageMismatch', { keyUsage: ['digitalSignature'] }],
  ['EnhancedKeyUsageMissing', { eku: [] }],
  ['EnhancedKeyUsageMismatch', { eku: ['1.3.6.1.5.5.7.3.1'] }],
])('%s for a request with %j', async (code, asked) => {
  expect(await codeOf(pushed(), asked)).toBe(code)
})

test.each<[string, ChallengeWish]>([
  ['ChallengeDecryptionError', { defect: 'encryption' }],
  ['ChallengeDeserializationError', { defect: 'content' }],
  ['ChallengeInvalidTimestamp', { defect: 'timestamps' }],
  ['ChallengeInvalidTimestamp', { defect: 'endsBeforeItBegins' }],
  ['KeyLengthMismatch', { keyLength: 4096 }],
])('%s for a challenge with %j', async (code, wish) => {
  expect(await codeOf(pushed(wish))).toBe(code)
})

test('SignatureValidationFailed for a challenge that was changed, and for a request that was', async () => {
  const record = pushed()
  const blob = Buffer.from(record.challenge, 'base64')
  blob.writeUInt8(blob.readUInt8(100) ^ 1, 100)
  expect(await codeOf(record, { challenge: blob.toString('base64') })).toBe('SignatureValidationFailed')
  const csr = await certificationRequest(record, key.signing)
  csr.writeUInt8(csr.readUInt8(csr.length - 1) ^ 1, csr.length - 1)
  expect(await caller.validate(csr)).toBe('SignatureValidationFailed')
})

test('CertificateRequestDecodingFailed for what is no request', async () => {
  const csr = await certificationRequest(pushed(), key.signing)
  for (const bad of ['MIIB', csr.toString('base64url'), Buffer.concat([csr, Buffer.of(5, 0)]).toString('base64')]) {
    expect(await caller.validate(bad)).toBe('CertificateRequestDecodingFailed')
  }
})

test('ChallengeExpired after an hour, with the text of the service', async () => {
  const record = pushed()
  emulator.advance(60 * 60_000 + 1000)
  const request = { transactionId: 't', certificateRequest: '', callerInfo: 'x' }
  const csr = await certificationRequest(record, key.signing)
  const body = { request: { ...request, certificateRequest: csr.toString('base64') } }
  expect((await caller.act('ScepActions/validateRequest', body)).body).toMatchObject({
    code: 'ChallengeExpired',
    errorDescription: expect.stringMatching(/challengeExpInterval=60, challengeExpiration=\d\d\/\d\d\/\d{4} /),
  })
})

test('ids of the challenge that are not known, and an assignment that was removed, have their codes', async () => {
  const other = emulator.addTenant()
  expect(await codeOf(pushed({ tenant: other.id }))).toBe('BadTenantIdInChallenge')
  const [device, user, request, profile] = [pushed(), pushed(), pushed(), pushed()]
  emulator.forgetDevice(device.deviceId)
  emulator.forgetUser(user.userId)
  emulator.forgetRequest(request.requestId)
  emulator.untarget(profile.profileId, profile.deviceId)
  expect(await codeOf(device)).toBe('BadDeviceIdInChallenge')
  expect(await codeOf(user)).toBe('BadUserIdInChallenge')
  expect(await codeOf(request)).toBe('BadCertificateRequestIdInChallenge')
  expect(await codeOf(profile)).toBe('ScepProfileNoLongerTargetedToTheClient')
})

test('a challenge validates again, unless it is for one use', async () => {
  const record = pushed()
  expect(await codeOf(record)).toBe('Success')
  expect(await codeOf(record)).toBe('Success')
  emulator.setFlags({ scep: { singleUse: true } })
  expect(await codeOf(record)).toBe('Unknown')
})

test('an extension that nobody asked for, such as a SID, is not looked at', async () => {
  const sid = buildExtension('1.3.6.1.4.1.311.25.2', false, der.sequence())
  expect(await caller.validate(await certificationRequest(pushed(), key.signing, [sid]))).toBe('Success')
})
