import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Caller } from '../caller.ts'
import { newIntuneDevice } from '../device/device.ts'
import { type IntuneEmulator, startIntuneEmulator } from '../emulator.ts'

let emulator: IntuneEmulator
let caller: Caller
beforeEach(async () => {
  emulator = await startIntuneEmulator({ revocation: { coolDown: 'off' } })
  caller = new Caller(emulator)
})
afterEach(() => emulator.stop())

const MINUTE = 60_000
const kinds = () => emulator.violations().map(({ kind }) => kind)
const done = (requestContext: string) => ({ requestContext, succeeded: true, errorCode: '0', errorMessage: '' })
const refused = (requestContext: string, errorCode: string) => ({
  requestContext,
  succeeded: false,
  errorCode,
  errorMessage: 'no',
})

test('a certificate that was notified is wanted back, with its serial number verbatim, and acknowledged', async () => {
  const pushed = emulator.challenge(emulator.issueChallenge())
  const { csr } = await newIntuneDevice(pushed)
  await caller.validate(csr)
  await caller.succeeded(csr)
  emulator.revoke(pushed.deviceId)
  const [item] = await caller.download()
  expect(item).toMatchObject({ serialNumber: '00F1', issuerName: 'CN=Device CA', caConfiguration: 'CN=Device CA' })
  const context = item?.requestContext ?? ''
  expect(context.length).toBeGreaterThanOrEqual(200)
  expect((await caller.upload([done(context)])).body.value).toBe(true)
  expect((await caller.upload([done(context)])).body.value).toBe(true)
  expect(emulator.revocations()).toMatchObject([{ state: 'revoked' }])
  expect(pushed.state).toBe('revoked')
  expect(await caller.download()).toEqual([])
  expect(kinds()).toEqual([])
  expect(emulator.revoke('00f1')).toHaveLength(1)
  expect(() => emulator.revoke('nobody')).toThrow('no certificate of nobody')
})

test.each([
  ['4101', 'pending'],
  ['ServiceUnavailableException', 'pending'],
  ['4004', 'failed'],
  ['CertificateNotFoundError', 'failed'],
])('a result of %s leaves the request %s', async (errorCode, state) => {
  const { requestContext } = emulator.enqueueRaw({ serialNumber: '01' })
  await caller.download()
  await caller.upload([refused(requestContext, errorCode)])
  expect(emulator.revocations()).toMatchObject([{ state }])
})

test('an upload that contradicts itself, is empty or speaks of what was not offered is recorded', async () => {
  const { requestContext } = emulator.enqueueRaw({ serialNumber: '01' })
  expect((await caller.upload([done(requestContext)])).body.value).toBe(false)
  await caller.download()
  expect((await caller.upload([])).status).toBe(400)
  expect((await caller.upload([refused(requestContext, '0')])).status).toBe(400)
  expect((await caller.upload([{ ...done(requestContext), errorMessage: 'fine' }])).status).toBe(400)
  expect((await caller.upload([refused(requestContext, '9999')])).status).toBe(400)
  await caller.upload([done(requestContext)])
  await caller.upload([refused(requestContext, '4004')])
  expect(kinds().filter((kind) => kind !== 'memberName')).toEqual([
    'unknownContext',
    'emptyUpload',
    'inconsistentResult',
    'inconsistentResult',
    'conflictingResult',
  ])
})

test.each([
  ['string', 'true'],
  ['String', 'True'],
  ['false', false],
  ['missing', undefined],
] as const)('the value of an upload can be %s', async (uploadValue, value) => {
  emulator.setFlags({ revocation: { uploadValue } })
  const { requestContext } = emulator.enqueueRaw({ serialNumber: '01' })
  await caller.download()
  expect((await caller.upload([done(requestContext)])).body.value).toBe(value)
})

test.each([
  [{ maxRequests: 0 }],
  [{ maxRequests: 501 }],
  [{ maxRequests: '1' }],
  [{ MaxRequests: 1 }],
  [{ maxRequests: 1, issuerName: 'x'.repeat(257) }],
])('a download with %j is refused', async (downloadParameters) => {
  const action = 'CertificateAuthorityRequests/downloadRevocationRequests'
  expect((await caller.act(action, { downloadParameters })).status).toBe(400)
})

test('the oldest so many are taken first, and only then filtered', async () => {
  emulator.enqueueRaw({ serialNumber: '01', caConfiguration: 'A', issuerName: 'B' })
  emulator.enqueueRaw({ serialNumber: '02', caConfiguration: 'B', issuerName: 'A' })
  const serials = async (parameters: object) => (await caller.download(parameters)).map((one) => one.serialNumber)
  expect(await serials({ maxRequests: 1, issuerName: 'B' })).toEqual([])
  expect(await serials({ maxRequests: 2, issuerName: 'B' })).toEqual(['02'])
  expect(await serials({ maxRequests: 2, issuerName: '' })).toEqual(['01', '02'])
  emulator.setFlags({ revocation: { filterOn: 'issuerName' } })
  expect(await serials({ maxRequests: 2, issuerName: 'B' })).toEqual(['01'])
})

describe('the cool-down', () => {
  const count = async (issuerName: string | null = null) =>
    (await caller.download({ maxRequests: 10, issuerName })).length

  test('of the tenant begins with every download, also with one that it keeps empty', async () => {
    emulator.setFlags({ revocation: { coolDown: 'tenant' } })
    emulator.enqueueRaw({ serialNumber: '01' })
    expect(await count()).toBe(1)
    emulator.advance(59 * MINUTE)
    expect(await count()).toBe(0)
    emulator.advance(59 * MINUTE)
    expect(await count()).toBe(0)
    emulator.advance(61 * MINUTE)
    expect(await count()).toBe(1)
  })

  test('begins only with a download that offers something, where the flag says so', async () => {
    emulator.setFlags({ revocation: { coolDown: 'tenant', startsOn: 'nonEmpty' } })
    expect(await count()).toBe(0)
    emulator.enqueueRaw({ serialNumber: '01' })
    expect(await count()).toBe(1)
    emulator.advance(59 * MINUTE)
    expect(await count()).toBe(0)
    emulator.advance(2 * MINUTE)
    expect(await count()).toBe(1)
  })

  test('of an issuer leaves the others alone', async () => {
    emulator.setFlags({ revocation: { coolDown: 'issuer' } })
    emulator.enqueueRaw({ serialNumber: '01', caConfiguration: 'A' })
    emulator.enqueueRaw({ serialNumber: '02', caConfiguration: 'B' })
    expect([await count('A'), await count('A'), await count('B')]).toEqual([1, 0, 1])
  })

  test('of an item keeps only that one back', async () => {
    emulator.setFlags({ revocation: { coolDown: 'item' } })
    emulator.enqueueRaw({ serialNumber: '01' })
    expect(await count()).toBe(1)
    emulator.enqueueRaw({ serialNumber: '02' })
    expect([await count(), await count()]).toEqual([1, 0])
    emulator.advance(61 * MINUTE)
    expect(await count()).toBe(2)
  })
})
