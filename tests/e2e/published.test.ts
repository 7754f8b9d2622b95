import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodePem } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import { must } from '../command.ts'
import { certificateOf, enrol, fetchCa, newDevice, sealEnrolment } from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { freePort } from '../free-port.ts'
import { startServer, type TestServer } from '../server.ts'

/** What certificates point at when CHANCERY_PUBLIC_URL is set, followed as a relying party would. */

const folder = temporaryFolder()
const at = (name: string) => join(folder, name)
let server: TestServer
let printed: string

beforeAll(async () => {
  const port = await freePort()
  server = await startServer({
    env: { CHANCERY_LISTEN: `127.0.0.1:${port}`, CHANCERY_PUBLIC_URL: `http://127.0.0.1:${port}` },
  })
  const ca = await fetchCa(server.url)
  const enrolment = await sealEnrolment(await newDevice(), ca, { challenge: await createChallenge(server) })
  const certificate = certificateOf(await enrol(server.url, enrolment, ca))
  writeFileSync(at('cert.pem'), encodePem('CERTIFICATE', certificate.der))
  printed = (await must('openssl', ['x509', '-in', at('cert.pem'), '-noout', '-text'])).toString()
})
afterAll(() => server.stop())

async function download(pattern: RegExp, name: string, type: string): Promise<void> {
  const url = pattern.exec(printed)?.[1]
  const answer = await fetch(url ?? expect.fail(`no URL in\n${printed}`))
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe(type)
  writeFileSync(at(name), Buffer.from(await answer.arrayBuffer()))
}

test('S-2.7-02 the certificate verifies with the CA and the CRL that it names', async () => {
  await download(/CA Issuers - URI:(\S+)/, 'ca.der', 'application/pkix-cert')
  await download(/CRL Distribution Points:[\s\S]*?URI:(\S+)/, 'ca.crl', 'application/pkix-crl')
  await must('openssl', ['x509', '-inform', 'DER', '-in', at('ca.der'), '-out', at('ca.pem')])
  await must('openssl', ['crl', '-inform', 'DER', '-in', at('ca.crl'), '-out', at('crl.pem')])
  const verify = ['verify', '-x509_strict', '-crl_check', '-CAfile', at('ca.pem'), '-CRLfile', at('crl.pem')]
  expect((await must('openssl', [...verify, at('cert.pem')])).toString()).toContain(': OK')
})

test('without a public URL no certificate names one', async () => {
  const other = await startServer()
  try {
    const ca = await fetchCa(other.url)
    const enrolment = await sealEnrolment(await newDevice(), ca, { challenge: await createChallenge(other) })
    const { der } = certificateOf(await enrol(other.url, enrolment, ca))
    expect(der.includes('http')).toBe(false)
  } finally {
    await other.stop()
  }
})
