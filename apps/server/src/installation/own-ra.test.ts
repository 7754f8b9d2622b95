import { keyUsage, parseCertificate } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

const DAY = 86_400_000
const URL = '/api/v1/protocols/scep/default/pkiclient.exe?operation=GetCACert'

let server: TestApp
beforeAll(async () => {
  server = await testApp({ CHANCERY_CA_KEY: 'rsa-2048', CHANCERY_RA_KEY: 'ca' })
})
afterAll(() => server.close())

const getCaCert = () => server.app.inject({ method: 'GET', url: URL })

test('S-4.2.1.1-01 S-2.1.2-01 a CA that is its own RA is one DER certificate that may sign and decrypt', async () => {
  const answer = await getCaCert()
  expect(answer.headers['content-type']).toBe('application/x-x509-ca-cert')
  const certificate = parseCertificate(answer.rawPayload)
  expect(certificate.der, 'nothing behind it').toEqual(answer.rawPayload)
  expect(keyUsage(certificate)).toEqual(['digitalSignature', 'keyEncipherment', 'keyCertSign', 'cRLSign'])
})

test('it gets no RA certificate when two thirds of its life are over', async () => {
  const before = await getCaCert()
  server.clock.now = new Date(server.clock.now.getTime() + 9 * 365 * DAY)
  await server.runJobs()
  const { raCertificates } = (await server.context.snapshots.current()).configuration
  expect(raCertificates).toHaveLength(1)
  expect((await getCaCert()).rawPayload).toEqual(before.rawPayload)
})
