import { parseEnvelopedData, parseSignedData } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setStaticChallenge } from '../../../admin.ts'
import { PROFILE_PATH } from '../../../device.ts'
import { startServer, type TestServer } from '../../../server.ts'
import { newIntuneDevice } from './device.ts'
import { type DeviceKey, newDeviceKey } from './keys.ts'

let server: TestServer
let keys: readonly DeviceKey[]
let url: string
const CHALLENGE = 'a static challenge'
const PUSHED = {
  subject: 'CN=laptop',
  san: ['DNS:laptop.example'],
  keyUsage: ['digitalSignature', 'keyEncipherment'],
  eku: ['1.3.6.1.5.5.7.3.2'],
  challenge: CHALLENGE,
}

beforeAll(async () => {
  server = await startServer({ env: { CHANCERY_WORKERS: '1' } })
  await setStaticChallenge(server, CHALLENGE)
  keys = await Promise.all([newDeviceKey(), newDeviceKey()])
  url = `${server.url}${PROFILE_PATH}`
})
afterAll(() => server?.stop())

test.each([
  ['POST', 'pkcs1'],
  ['GET', 'oaep'],
] as const)('an ordinary device enrols by %s with %s', async (method, keyTransport) => {
  const device = await newIntuneDevice(PUSHED, { method, keyTransport, ...(keys[0] && { key: keys[0] }) })
  expect(await device.enrol(url)).toMatchObject({ status: 'SUCCESS' })
})

test('a Windows-shaped device signs with a key that is not that of its request, and may use OAEP', async () => {
  const [key, signerKey] = keys
  const device = await newIntuneDevice(PUSHED, {
    shape: 'windows',
    keyTransport: 'oaep',
    ...(key && { key }),
    ...(signerKey && { signerKey }),
  })
  const { message, transactionId } = await device.seal(url)
  expect(transactionId).toBe(device.transactionId)
  const { certificates, eContent } = parseSignedData(message)
  expect(certificates).toHaveLength(1)
  const sealedBy = Buffer.from(certificates[0]?.bytes ?? [])
  expect(sealedBy.includes('SCEP Protocol Certificate')).toBe(true)
  expect(sealedBy.includes(signerKey?.signing.publicKey.der ?? 'none')).toBe(true)
  const [recipient] = parseEnvelopedData(eContent ?? Buffer.alloc(0)).recipientInfos
  expect(recipient).toMatchObject({ kind: 'keyTransport', keyEncryption: { oid: '1.2.840.113549.1.1.7' } })
})
