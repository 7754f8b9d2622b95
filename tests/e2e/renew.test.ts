import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chancery } from '../cli.ts'
import { must } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'

/** A device renews with our client at our server, both in processes of their own. */

const folder = temporaryFolder()
const device = join(folder, 'device1')
let server: TestServer
let url: string

beforeAll(async () => {
  server = await startServer()
  url = `${server.url}/api/v1/protocols/scep/default/pkiclient.exe`
  const challenge = (await ok('challenge', 'create')).stdout.toString().trim()
  const names = ['--subject', 'CN=device1,O=Example', '--san', 'DNS:device1.example']
  await ok('scep', 'enrol', url, ...names, '--challenge', challenge, '--trust-on-first-use', '--out', device)
})
afterAll(() => server.stop())

async function ok(...args: string[]) {
  const outcome = await chancery(server.dataDir, args)
  expect(outcome.code, outcome.stderr).toBe(0)
  return outcome
}

const text = (...args: string[]) => must('openssl', args).then((stdout) => stdout.toString())
const certificate = (name = 'cert.pem') => join(device, name)
const keyOf = (name?: string) => text('x509', '-in', certificate(name), '-noout', '-pubkey')
const namesOf = (name?: string) =>
  text('x509', '-in', certificate(name), '-noout', '-subject', '-ext', 'subjectAltName')

async function verifies(): Promise<void> {
  const path = certificate()
  expect(await text('verify', '-x509_strict', '-CAfile', join(device, 'ca.pem'), path)).toBe(`${path}: OK\n`)
  expect(await text('pkey', '-in', join(device, 'key.pem'), '-pubout')).toBe(await keyOf())
  expect(await text('pkey', '-in', join(device, 'key.pem.old'), '-pubout')).toBe(await keyOf('cert.pem.old'))
  expect(await namesOf()).toBe(await namesOf('cert.pem.old'))
  expect(await namesOf()).toContain('DNS:device1.example')
}

test('S-2.5-04 S-4.4-09 too early, it ends with the code of badRequest and the files are as they were', async () => {
  const before = join(folder, 'before')
  cpSync(device, before, { recursive: true })
  const { code, stderr } = await chancery(server.dataDir, ['scep', 'renew', url, '--in', device])
  expect(code, stderr).toBe(12)
  expect(readdirSync(device)).toEqual(readdirSync(before))
  for (const name of readdirSync(device))
    expect(readFileSync(join(device, name))).toEqual(readFileSync(join(before, name)))
  await ok('profile', 'set', '--renewal-threshold', '10000')
})

test('S-2.3-10 S-2.5-02 S-2.4-12 in time, it brings a certificate for the same names and a new key, without a challenge', async () => {
  await ok('scep', 'renew', url, '--in', device)
  await verifies()
  expect(await keyOf()).not.toBe(await keyOf('cert.pem.old'))
})

test('S-2.5-02 with --same-key the key stays and the certificate is another', async () => {
  await ok('scep', 'renew', url, '--in', device, '--same-key')
  await verifies()
  expect(await keyOf()).toBe(await keyOf('cert.pem.old'))
  expect(readFileSync(certificate())).not.toEqual(readFileSync(certificate('cert.pem.old')))
})

test('D-3.1.1.2-01 S-3.3.1-09 a PKCSReq signed with the certificate renews it just the same', async () => {
  await ok('scep', 'renew', url, '--in', device, '--as-pkcsreq')
  await verifies()
})
