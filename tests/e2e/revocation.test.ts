import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Certificate, encodePem, parseCrl, serialToHex } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allowRenewalAlways, createChallenge } from '../admin.ts'
import { chancery } from '../cli.ts'
import { must, run } from '../command.ts'
import { certificateOf, type Device, enrol, fetchCa, newDevice, type PublishedCa, sealEnrolment } from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'

/** A certificate is enrolled, revoked by command, and found revoked everywhere. */

const folder = temporaryFolder()
const at = (name: string) => join(folder, name)
let server: TestServer
let ca: PublishedCa
let device: Device
let certificate: Certificate
let next: Certificate
let enrolment: Awaited<ReturnType<typeof sealEnrolment>>

beforeAll(async () => {
  server = await startServer({ env: { CHANCERY_WORKERS: '2' } })
  await allowRenewalAlways(server)
  ca = await fetchCa(server.url)
  device = await newDevice()
  enrolment = await sealEnrolment(device, ca, { challenge: await createChallenge(server, { uses: 2 }) })
  certificate = certificateOf(await enrol(server.url, enrolment, ca))
  writeFileSync(at('cert.pem'), encodePem('CERTIFICATE', certificate.der))
})
afterAll(() => server.stop())

async function fetchCrl(): Promise<Buffer> {
  return Buffer.from(await (await fetch(`${server.url}/pki/default/1.crl`)).arrayBuffer())
}

test('chancery certificate show finds it by file and by serial number', async () => {
  const serial = serialToHex(certificate.serialNumber)
  for (const which of [at('cert.pem'), serial]) {
    const { code, stdout, stderr } = await chancery(server.dataDir, ['certificate', 'show', which, '--json'])
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout.toString())).toMatchObject({ state: 'issued', serialNumber: serial, purpose: 'device' })
  }
})

test('chancery certificate revoke revokes it once; the second time is a refusal that tells the first reason', async () => {
  const revoke = (reason: string) =>
    chancery(server.dataDir, ['certificate', 'revoke', at('cert.pem'), '--reason', reason])
  const first = await revoke('superseded')
  expect(first.code, first.stderr).toBe(0)
  expect(first.stdout.toString()).toMatch(/^state +revoked at .*, reason superseded$/m)
  const second = await revoke('keyCompromise')
  expect([second.code, second.stdout.toString()]).toEqual([1, ''])
  expect(second.stderr).toContain('with reason superseded')
})

test('S-2.3-13 at once it signs no renewal any more', async () => {
  const revoked = { ...device, certificate }
  const renewal = await sealEnrolment(revoked, ca, {})
  expect(await enrol(server.url, renewal, ca)).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
})

test('S-5.2-05 the same request again gets a new certificate', async () => {
  next = certificateOf(await enrol(server.url, enrolment, ca))
  expect(next.serialNumber).not.toEqual(certificate.serialNumber)
  writeFileSync(at('next.pem'), encodePem('CERTIFICATE', next.der))
})

test('S-2.3-13 on hold a certificate signs no renewal; once released it does, and answers a retransmission', async () => {
  const verb = (name: string) => chancery(server.dataDir, ['certificate', name, at('next.pem')])
  const held = await verb('hold')
  expect(held.code, held.stderr).toBe(0)
  const renew = async () => enrol(server.url, await sealEnrolment({ ...device, certificate: next }, ca, {}), ca)
  expect(await renew()).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
  const released = await verb('release')
  expect(released.stdout.toString()).toMatch(/^state +issued$/m)
  expect(certificateOf(await enrol(server.url, enrolment, ca)).der, 'a retransmission').toEqual(next.der)
  expect(await renew()).toMatchObject({ status: 'SUCCESS' })
})

test('its CRL lists it without being asked to, and openssl verify refuses it and takes its successor', async () => {
  let crl = await fetchCrl()
  while (parseCrl(crl).revoked.length !== 1) {
    await sleep(200)
    crl = await fetchCrl()
  }
  expect(parseCrl(crl).revoked.map(({ serialNumber }) => serialNumber)).toEqual([certificate.serialNumber])
  writeFileSync(at('ca.der'), Buffer.from(await (await fetch(`${server.url}/pki/default/1.crt`)).arrayBuffer()))
  writeFileSync(at('crl.pem'), encodePem('X509 CRL', crl))
  await must('openssl', ['x509', '-inform', 'DER', '-in', at('ca.der'), '-out', at('ca.pem')])
  const printed = await must('openssl', ['crl', '-in', at('crl.pem'), '-noout', '-text'])
  expect(printed.toString()).toMatch(/Reason Code:\s+Superseded/)
  const verify = (name: string) =>
    run('openssl', ['verify', '-crl_check', '-CAfile', at('ca.pem'), '-CRLfile', at('crl.pem'), at(name)])
  expect((await verify('cert.pem')).stderr).toContain('certificate revoked')
  expect((await verify('next.pem')).stdout.toString()).toContain(': OK')
})

test('a certificate of somebody else and a file that is not there are refusals with a sentence', async () => {
  writeFileSync(at('other.pem'), encodePem('CERTIFICATE', device.certificate.der))
  const unknown = await chancery(server.dataDir, ['certificate', 'revoke', at('other.pem')])
  expect(unknown.code).toBe(1)
  expect(unknown.stderr).toContain('has issued no certificate')
  const missing = await chancery(server.dataDir, ['certificate', 'revoke', at('nothing.pem')])
  expect(missing.stderr).toContain('no serial number, no UUID and no file')
})
