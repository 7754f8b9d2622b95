import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allowRenewalAlways, createChallenge } from '../admin.ts'
import { chancery } from '../cli.ts'
import { must } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'

/** A device follows its CA with our client. Each test goes on from the one before. */

const folder = temporaryFolder()
const [device, forgetful] = [join(folder, 'device'), join(folder, 'forgetful')]
let server: TestServer
let url: string

const call = (...args: string[]) => chancery(server.dataDir, args)

async function ok(...args: string[]) {
  const outcome = await call(...args)
  expect(outcome.code, outcome.stderr).toBe(0)
  return outcome
}

beforeAll(async () => {
  server = await startServer()
  url = `${server.url}/api/v1/protocols/scep/default/pkiclient.exe`
  await allowRenewalAlways(server)
  const challenge = await createChallenge(server)
  await ok('scep', 'enrol', url, '--subject', 'CN=d', '--challenge', challenge, '--trust-on-first-use', '--out', device)
})
afterAll(() => server.stop())

test('S-4.7.1-08 while no next CA is prepared none is asked for', async () => {
  const { code, stderr } = await call('scep', 'get-next-ca', url, '--in', device)
  expect([code, stderr.includes('GetNextCACert')]).toEqual([1, true])
})

test('S-4.7.1-04 S-4.7.1-09 the next CA is kept once it is prepared, and the current one issues', async () => {
  await ok('authority', 'prepare-next')
  cpSync(device, forgetful, { recursive: true })
  await ok('scep', 'get-next-ca', url, '--in', device)
  await ok('scep', 'renew', url, '--in', device)
  const before = readFileSync(join(forgetful, 'ca.pem'))
  expect(readFileSync(join(device, 'ca.pem'))).toEqual(before)
})

test('S-5.1-02 S-3.3.2.1-05 once it is in use the device is renewed by it, and one that did not ask does not know it', async () => {
  await ok('authority', 'activate-next')
  const { code } = await call('scep', 'renew', url, '--in', forgetful)
  expect(code).toBe(5)
  await ok('scep', 'renew', url, '--in', device)
  const certificate = join(device, 'cert.pem')
  const verified = await must('openssl', ['verify', '-CAfile', join(device, 'ca.pem'), certificate])
  expect(verified.toString()).toBe(`${certificate}: OK\n`)
  // Both generations bear the same name.
  const issuer = async (path: string) =>
    (await must('openssl', ['x509', '-in', path, '-noout', '-ext', 'authorityKeyIdentifier'])).toString()
  expect(await issuer(certificate)).not.toBe(await issuer(`${certificate}.old`))
  rmSync(join(device, 'next-ca.pem'))
  await ok('scep', 'renew', url, '--in', device)
})
