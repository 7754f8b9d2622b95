import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RaProfileVerdict } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const UUID = '019a0000-0000-7000-8000-000000000001'
const REFUSED: RaProfileVerdict = {
  passes: false,
  findings: [
    { check: 'subject', passed: true, sentence: 'The subject is complete.' },
    {
      check: 'key',
      passed: false,
      sentence: 'The key is not accepted: too short.',
      reason: 'key_refused',
      page: 'docs/errors/key_refused.md',
    },
  ],
  wouldIssue: null,
}
const PASSED: RaProfileVerdict = {
  passes: true,
  findings: [],
  wouldIssue: {
    subject: 'CN=a,O=Example',
    subjectAltNames: ['DNS:a.example'],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2027-01-01T00:00:00.000Z',
    extensions: [{ oid: '2.5.29.19', critical: true, value: '3000' }],
  },
}

let folder: string
let server: MockServer
let verdict: RaProfileVerdict
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  server = await startMockServer(
    ({ path }) => ({
      body: JSON.stringify(path.endsWith('/check') ? verdict : [{ uuid: UUID, name: 'default' }]),
    }),
    join(folder, 'admin.sock'),
  )
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const terminal = () => testTerminal({ env: { CHANCERY_DATA_DIR: folder } })
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const sent = (method: string) => JSON.parse(String(server.seen.find((one) => one.method === method)?.body))

test('check sends a DER request in base64 with a template from YAML, and shows the certificate', async () => {
  verdict = PASSED
  const csr = file('a.csr', Buffer.from([0x30, 0x00]))
  const yaml = file('t.yaml', 'subject:\n  template: CN={request.CN},O=Example\nvalidityDays: 30\n')
  const shown = terminal()
  expect(await run(['ra-profile', 'check', csr, '--template', yaml], shown)).toBe(0)
  expect(sent('POST')).toEqual({
    csr: 'MAA=',
    template: { subject: { template: 'CN={request.CN},O=Example' }, validityDays: 30 },
  })
  expect(shown.stdout()).toMatch(/^It would get a certificate\.\n/)
  expect(shown.stdout()).toMatch(/^subject +CN=a,O=Example$/m)
})

test('what is refused comes first, with its page, and ends as a device would see it', async () => {
  verdict = REFUSED
  const shown = terminal()
  const csr = file('a.csr', '-----BEGIN CERTIFICATE REQUEST-----\n')
  expect(await run(['ra-profile', 'check', csr, '--certificate', csr], shown)).toBe(10)
  expect(sent('POST')).toMatchObject({ messageType: 'RenewalReq', csr: expect.stringContaining('BEGIN') })
  expect(shown.stdout().split('\n').slice(0, 2)).toEqual([
    'It would be refused.',
    '  NO  key                The key is not accepted: too short. See docs/errors/key_refused.md.',
  ])
})

test.each<[string, string, RegExp]>([
  ['a misspelt setting', 'validityDay: 3\n', /"validityDay" is not a field/],
  ['text that is no YAML', 'a: [\n', /neither YAML nor JSON: see line/],
])('a template with %s is refused before anything is sent', async (_what, text, message) => {
  const shown = terminal()
  expect(await run(['ra-profile', 'set', '--template', file('t.yaml', text)], shown)).toBe(1)
  expect(shown.stderr()).toMatch(message)
  expect(server.seen).toEqual([])
})

test('set sends what is named, and an option wins over the file', async () => {
  verdict = PASSED
  const json = file('t.json', JSON.stringify({ validityDays: 30, keys: { ed25519: false } }))
  const args = ['--template', json, '--validity', '90d', '--curves', 'none', '--dns-pattern', '*.a', '*.b']
  await run(
    ['ra-profile', 'set', ...args, '--subject-parts', 'O=Example', '--eku', 'clientAuth,serverAuth'],
    terminal(),
  )
  expect(sent('PUT')).toEqual({
    template: {
      subject: { from: 'parts', parts: 'O=Example' },
      subjectAltNames: { patterns: { dns: ['*.a', '*.b'] } },
      keys: { ed25519: false, curves: [] },
      validityDays: 90,
      extendedKeyUsage: ['clientAuth', 'serverAuth'],
    },
  })
})
