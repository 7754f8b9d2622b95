import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { mockCa } from '../testing/mock-ca.ts'
import { type MockServer, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const ca = mockCa()
let server: MockServer
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-ca-'))
  server = await startMockServer((request) => ca.answer(request))
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

test('S-2.2-02 the SHA-256 fingerprints are those that openssl prints, and the output is PEM that openssl reads', async () => {
  const terminal = testTerminal()
  expect(await run(['scep', 'ca', `${server.url}/scep`], terminal)).toBe(0)
  const blocks = terminal.stdout().match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  expect(blocks).toHaveLength(2)
  for (const input of blocks) {
    const printed = execFileSync('openssl', ['x509', '-noout', '-fingerprint', '-sha256'], { input, encoding: 'utf8' })
    expect(terminal.stdout()).toContain(printed.trim().split('=')[1])
  }
  expect(terminal.stdout()).toContain('# CA certificate\n# subject      CN=Mock Root,O=Test')
})

test('--out writes the PEM and leaves the description on standard output', async () => {
  const terminal = testTerminal()
  const path = join(folder, 'ca.pem')
  expect(await run(['scep', 'ca', `${server.url}/scep`, '--out', path], terminal)).toBe(0)
  expect(readFileSync(path, 'utf8').match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
  expect(terminal.stdout()).toContain('# SHA-256')
  expect(terminal.stdout()).not.toContain('BEGIN')
})

test('--json has fingerprint, role and PEM of each', async () => {
  const terminal = testTerminal()
  expect(await run(['scep', 'ca', `${server.url}/scep`, '--json'], terminal)).toBe(0)
  const { certificates } = JSON.parse(terminal.stdout()) as { certificates: { ca: boolean; fingerprint: string }[] }
  expect(certificates.map(({ ca: is, fingerprint }) => [is, fingerprint])).toEqual([
    [false, ca.ra.certificate.digest().toString('hex')],
    [true, ca.root.certificate.digest().toString('hex')],
  ])
})

test('S-3.2.1.4-18 a server that is not there ends with 3', async () => {
  expect(await run(['scep', 'ca', 'http://127.0.0.1:9/'], testTerminal())).toBe(3)
})
