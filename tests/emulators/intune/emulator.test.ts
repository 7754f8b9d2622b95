import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { Caller } from './caller.ts'
import { newIntuneDevice } from './device/device.ts'
import { type DeviceKey, newDeviceKey } from './device/keys.ts'
import { type IntuneEmulator, startIntuneEmulator } from './emulator.ts'

let key: DeviceKey
let emulator: IntuneEmulator
let caller: Caller
beforeAll(async () => {
  key = await newDeviceKey()
})
beforeEach(async () => {
  emulator = await startIntuneEmulator()
  caller = new Caller(emulator)
})
afterEach(() => emulator.stop())

async function newCsr(): Promise<Buffer> {
  const pushed = emulator.challenge(emulator.issueChallenge())
  return (await newIntuneDevice(pushed, { key })).csr
}

const kinds = () => emulator.violations().map(({ kind }) => kind)

test('a request is validated, its certificate notified, and nothing is recorded against it', async () => {
  const { body } = await caller.discover()
  expect(body.value).toHaveLength(6)
  const csr = await newCsr()
  expect(await caller.validate(csr)).toBe('Success')
  expect((await caller.succeeded(csr)).body.code).toBe('Success')
  expect((await caller.succeeded(csr)).body.code).toBe('Success')
  expect(kinds()).toEqual([])
  expect(emulator.certificates()).toMatchObject([{ serialNumber: '00F1', issuerName: 'CN=Device CA' }])
  expect(emulator.challenges()).toMatchObject([{ state: 'issued', validations: 1 }])
})

test('the log shows neither secret nor token', async () => {
  await caller.validate(await newCsr())
  const log = JSON.stringify(emulator.requests())
  expect(emulator.requests('validate')[0]?.headers.authorization).toMatch(/^token [0-9a-f-]{36}$/)
  expect(log).not.toContain(emulator.secret)
  expect(log).not.toContain('eyJ')
})

test('a success without a positive validation is refused and recorded', async () => {
  const csr = await newCsr()
  expect((await caller.succeeded(csr)).body.code).toBe('Unknown')
  emulator.setFlags({ scep: { strictNotifications: false } })
  expect((await caller.succeeded(csr)).body.code).toBe('Success')
  expect(kinds()).toEqual(['successWithoutValidate', 'successWithoutValidate'])
})

test('a second certificate for one request is recorded', async () => {
  const csr = await newCsr()
  await caller.validate(csr)
  await caller.succeeded(csr)
  expect((await caller.succeeded(csr, { certificateThumbprint: 'CD'.repeat(20) })).body.code).toBe('Unknown')
  expect(kinds()).toEqual(['conflictingSuccess'])
})

test('a failure is recorded after a refusal, without a validation and after a success', async () => {
  const csr = await newCsr()
  await caller.failed(csr)
  emulator.inject({ endpoint: 'validate', fault: { kind: 'code', code: 'SomethingNew' } })
  expect(await caller.validate(csr)).toBe('SomethingNew')
  await caller.failed(csr)
  await caller.validate(csr)
  await caller.succeeded(csr)
  await caller.failed(csr)
  expect(kinds()).toEqual(['failureWithoutValidate', 'failureAfterRefusedValidate', 'failureAfterSuccess'])
})

test('a failure may be repeated; another notification after it may not come without a new validation', async () => {
  const csr = await newCsr()
  await caller.validate(csr)
  await caller.failed(csr)
  await caller.failed(csr)
  expect(kinds()).toEqual([])
  await caller.succeeded(csr)
  expect(kinds()).toEqual(['notificationAfterFailure'])
  await caller.validate(csr)
  expect((await caller.succeeded(csr)).body.code).toBe('Success')
  expect(kinds()).toEqual(['notificationAfterFailure'])
})

test.each([
  ['certificateThumbprint', 'AB:CD'],
  ['certificateExpirationDateUtc', '2030-01-01 00:00:00'],
  ['issuingCertificateAuthority', 'x'.repeat(257)],
])('a success with an odd %s is refused', async (name, value) => {
  const csr = await newCsr()
  await caller.validate(csr)
  expect((await caller.succeeded(csr, { [name]: value })).status).toBe(400)
  expect(kinds()).toEqual(['malformedNotification'])
})

test.each([
  ['hResult', '-1'],
  ['errorDescription', 'x'.repeat(256)],
  ['errorDescription', 'half \ud83d'],
])('a failure with an odd %s is refused: %j', async (name, value) => {
  const csr = await newCsr()
  await caller.validate(csr)
  expect((await caller.failed(csr, { [name]: value })).status).toBe(400)
  expect(kinds()).toEqual(['malformedNotification'])
})

test('wrong wrappers, header fields, armour and transactionIds are recorded', async () => {
  const csr = await newCsr()
  const certificateRequest = csr.toString('base64')
  const body = { request: { transactionId: 't', certificateRequest, callerInfo: 'x' } }
  const action = 'ScepActions/validateRequest'
  expect((await caller.act(action, { Request: body.request })).status).toBe(400)
  expect((await caller.act(action, body, { 'api-version': '1.0' })).status).toBe(400)
  expect((await caller.act(action, body, { 'api-version': '5019-05-05' })).status).toBe(200)
  expect((await caller.act(action, body, { 'client-request-id': 'me' })).status).toBe(400)
  expect((await caller.act(action, body, { 'content-type': 'text/plain' })).status).toBe(400)
  expect(await caller.validate(`-----BEGIN-----\n${certificateRequest}`)).toBe('CertificateRequestDecodingFailed')
  await caller.succeeded(csr, { transactionId: 'another' })
  expect(kinds()).toEqual([
    'memberName',
    'apiVersion',
    'apiVersion',
    'clientRequestId',
    'contentType',
    'armouredRequest',
    'foreignTransactionId',
  ])
})

test('discovery has the oddities that its flags turn on', async () => {
  const list = async () => (await caller.discover()).body.value as Record<string, unknown>[]
  emulator.setFlags({ discovery: { duplicates: true, withoutUri: true, trailingSlash: true, legacyName: true } })
  const ours = (await list()).filter(({ serviceName }) => serviceName === 'PkiConnectorFEService')
  expect(ours.map(({ uri }) => typeof uri === 'string' && uri.endsWith('/'))).toEqual([false, true, true])
  emulator.setFlags({ discovery: { legacyName: false, missing: ['PkiConnectorFEService'], mixedCase: true } })
  const names = (await list()).map(({ providerName }) => providerName)
  expect(names).not.toContain('PkiConnectorFEService')
  expect(names).toContain('scepRequestValidationFESERVICE')
  emulator.setFlags({ discovery: { nextLink: true } })
  expect((await caller.discover()).body['@odata.nextLink']).toMatch(/skiptoken/)
  emulator.setFlags({ discovery: { answer: 'notFound' } })
  expect(await caller.discover()).toMatchObject({ status: 404, body: { error: { code: 'Request_ResourceNotFound' } } })
})

test('a flag that does not exist is refused', () => {
  expect(() => emulator.setFlags(JSON.parse('{"strictAudiense":true}'))).toThrow('no flag strictAudiense')
})
