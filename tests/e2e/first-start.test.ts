import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chancery } from '../cli.ts'
import { must, run } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'

/** What README.md tells a newcomer to do, from an empty data directory with the defaults. */

const ROOT = resolve(import.meta.dirname, '../..')
const LAUNCHER = join(ROOT, 'apps/cli/bin/chancery.mjs')

const folder = temporaryFolder()
const dataDir = join(folder, 'data')
const device = join(folder, 'device1')
let server: TestServer

beforeAll(async () => {
  server = await startServer({ dataDir, env: { CHANCERY_CA_KEY: 'rsa-3072' } })
})
afterAll(() => server.stop())

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
const text = (...args: string[]) => must('openssl', args).then((stdout) => stdout.toString())

test('npm start is this server', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } }
  expect(scripts.start).toBe('node apps/server/src/main.ts')
})

test('it prints where it listens when it is ready, and the link of the first administrator', async () => {
  await expect
    .poll(() => server.output())
    .toMatch(/^chancery listening on \S+\nfirst administrator: sign in as admin once, within 24 hours, at \S+\n$/)
})

test('challenge create prints the challenge alone, and the whole next command beside it', async () => {
  const { code, stdout, stderr } = await chancery(dataDir, ['challenge', 'create', '--profile', 'default'])
  expect(code, stderr).toBe(0)
  expect(stdout.toString()).toMatch(/^[\w-]{16,}\n$/)
  const command = stderr.split('\n').find((line) => line.includes('npx chancery scep enrol'))
  expect(command).toContain(stdout.toString().trim())

  const enrolment = await run(
    'sh',
    ['-c', (command ?? '').replace('npx chancery', `"${process.execPath}" "${LAUNCHER}"`)],
    {
      cwd: folder,
    },
  )
  expect(enrolment.code, enrolment.stderr).toBe(0)
})

test('S-3.3.2.1-09 openssl verify accepts the certificate against the CA', async () => {
  const [ca, certificate] = [join(device, 'ca.pem'), join(device, 'cert.pem')]
  expect(await text('verify', '-x509_strict', '-CAfile', ca, certificate)).toBe(`${certificate}: OK\n`)
  const printed = await text('x509', '-in', certificate, '-noout', '-text')
  expect(printed).toContain('TLS Web Client Authentication')
  expect(printed).toContain('Digital Signature, Key Encipherment')
  expect(printed).toContain('Version: 3 (0x2)')
  expect(printed).not.toContain('CA:TRUE')
  expect(await text('x509', '-in', ca, '-noout', '-text')).toMatch(/Public-Key: \(3072 bit\)/)
})

test('the certificate is for the key that was made', async () => {
  const ofKey = await text('pkey', '-in', join(device, 'key.pem'), '-pubout')
  expect(await text('x509', '-in', join(device, 'cert.pem'), '-noout', '-pubkey')).toBe(ofKey)
})

test('nobody else can read the keys', () => {
  expect(mode(join(device, 'key.pem'))).toBe('600')
  expect(mode(join(dataDir, 'admin.sock'))).toBe('600')
  const readable = readdirSync(dataDir).filter((name) => (statSync(join(dataDir, name)).mode & 0o077) !== 0)
  expect(readable).toEqual([])
})

test('S-2.2-02 the fingerprint that the command demands is that of the CA', async () => {
  const { stderr } = await chancery(dataDir, ['challenge', 'create'])
  const fingerprint = await text('x509', '-in', join(device, 'ca.pem'), '-noout', '-fingerprint', '-sha256')
  const hex = fingerprint.trim().split('=')[1]?.replaceAll(':', '').toLowerCase()
  expect(stderr.toLowerCase().replaceAll(':', '')).toContain(hex)
})

test('S-2.2-03 with another fingerprint nothing is written', async () => {
  const { stdout } = await chancery(dataDir, ['challenge', 'create'])
  const out = join(folder, 'device2')
  const url = `${server.url}/api/v1/protocols/scep/default/pkiclient.exe`
  const ask = ['scep', 'enrol', url, '--subject', 'CN=device2', '--challenge', stdout.toString().trim(), '--out', out]
  const { code } = await chancery(dataDir, [...ask, '--ca-fingerprint', '00'.repeat(32)])
  expect(code).toBe(5)
  const unsaid = await chancery(dataDir, ask)
  expect(unsaid.code).not.toBe(0)
  expect(() => readFileSync(join(out, 'cert.pem'))).toThrow()
})

test('after a restart it is the same CA', async () => {
  const before = await fetch(`${server.url}/scep?operation=GetCACert`).then((answer) => answer.arrayBuffer())
  expect(await server.stop()).toBe(0)
  await server.restart()
  const after = await fetch(`${server.url}/scep?operation=GetCACert`).then((answer) => answer.arrayBuffer())
  expect(Buffer.from(after)).toEqual(Buffer.from(before))
})
