import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CertificateDetail } from '@chancery/api'
import { encodePem, nameFromText, parseCertificate, softwareSigningKey } from '@chancery/pki'
import { selfSignedSigner } from '@chancery/scep'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, type SeenRequest, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const key = softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const { der } = await selfSignedSigner(nameFromText('CN=device1'), key, new Date())
const fingerprint = parseCertificate(der).digest().toString('hex')

const uuid = '019a0000-0000-7000-8000-000000000001'
const issued: CertificateDetail = {
  uuid,
  state: 'issued',
  purpose: 'device',
  subject: 'CN=device1\u001b[31m',
  issuer: 'CN=CA',
  serialNumber: '4a0b',
  fingerprint,
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-01-01T00:00:00.000Z',
  revokedAt: null,
  revocationReason: null,
  predecessorUuid: null,
  endpoint: 'scepProfile/default',
  pem: encodePem('CERTIFICATE', der),
  subjectAltNames: ['DNS:device1.example'],
  authority: 'default',
  issuedAt: '2026-01-01T00:00:00.000Z',
  raProfile: 'default',
  scepProfile: 'default',
  protocol: 'scep',
  transactionId: 'abc',
  key: 'p-256',
  keyFingerprint: '00',
  sha1Fingerprint: '00',
  transactionUuid: null,
  customAttributes: [],
  certificateAssociations: null,
}
const revoked = { ...issued, state: 'revoked', revokedAt: '2026-03-01T12:00:00.000Z', revocationReason: 'superseded' }

let dataDir: string
let server: MockServer
let found: unknown[]
let refusal: { readonly status: number; readonly body: string } | undefined
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  found = [issued]
  refusal = undefined
  server = await startMockServer(answer, join(dataDir, 'admin.sock'))
})
afterEach(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

function answer({ path, method }: SeenRequest) {
  if (path === '/api/v1/certificates') return { body: JSON.stringify({ certificates: found, nextCursor: null }) }
  if (method === 'PUT' && refusal !== undefined) return refusal
  return { body: JSON.stringify(method === 'PUT' ? revoked : issued) }
}

const terminal = () => testTerminal({ env: { CHANCERY_DATA_DIR: dataDir } })
const asked = () => server.seen.map(({ method, path, query }) => `${method} ${path.slice('/api/v1'.length)} ${query}`)

test('a certificate is meant by UUID, by serial number, or by a file in PEM or DER', async () => {
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(dataDir, name), content)
    return join(dataDir, name)
  }
  const files = [file('cert.pem', `subject=CN\n${encodePem('CERTIFICATE', der)}`), file('cert.der', der)]
  for (const which of [uuid, '4A:0B', ...files]) {
    expect(await run(['certificate', 'show', which], terminal()), which).toBe(0)
  }
  expect(asked()).toEqual([
    `GET /certificates/${uuid} `,
    'GET /certificates serial=4A%3A0B',
    `GET /certificates/${uuid} `,
    `GET /certificates fingerprint=${fingerprint}`,
    `GET /certificates/${uuid} `,
    `GET /certificates fingerprint=${fingerprint}`,
    `GET /certificates/${uuid} `,
  ])
})

test('show prints the state, and nothing that a terminal would obey', async () => {
  const shown = terminal()
  await run(['certificate', 'show', '4a0b'], shown)
  expect(shown.stdout()).toMatch(/^state +issued$/m)
  expect(shown.stdout()).not.toContain('\u001b')
  const json = terminal()
  await run(['certificate', 'show', '4a0b', '--json'], json)
  expect(JSON.parse(json.stdout())).toEqual(issued)
})

test('revoke sends the reason and prints what became of it', async () => {
  const shown = terminal()
  expect(await run(['certificate', 'revoke', '4a0b', '--reason', 'superseded'], shown)).toBe(0)
  expect(asked()).toEqual(['GET /certificates serial=4a0b', `PUT /certificates/${uuid}/revoke `])
  expect(JSON.parse(String(server.seen[1]?.body))).toEqual({ reason: 'superseded' })
  expect(shown.stdout()).toMatch(/^state +revoked at 2026-03-01T12:00:00.000Z, reason superseded$/m)
})

test('revoking a certificate of Chancery itself says what that means', async () => {
  Object.assign(revoked, { purpose: 'ra' })
  const shown = terminal()
  expect(await run(['certificate', 'revoke', uuid], shown)).toBe(0)
  expect(shown.stderr()).toContain('of Chancery itself')
})

test('a beginning of a serial number is not taken for it', async () => {
  found = [{ ...issued, serialNumber: '4a0b61c2d3e4f506' }]
  const shown = terminal()
  expect(await run(['certificate', 'revoke', '4a0b61c2d3'], shown)).toBe(1)
  expect(asked()).toEqual(['GET /certificates serial=4a0b61c2d3'])
})

test('nothing is revoked when none or several are meant', async () => {
  for (const [certificates, sentence] of [
    [[], 'has issued no certificate "4a0b"'],
    [[issued, { ...issued, authority: 'other' }], 'Give its UUID: '],
  ] as const) {
    found = [...certificates]
    const shown = terminal()
    expect(await run(['certificate', 'revoke', '4a0b'], shown)).toBe(1)
    expect(shown.stderr()).toContain(sentence)
  }
  const shown = terminal()
  expect(await run(['certificate', 'revoke', join(dataDir, 'nothing.pem')], shown)).toBe(1)
  expect(shown.stderr()).toContain('no serial number, no UUID and no file that can be read')
  expect(asked().filter((line) => line.startsWith('PUT'))).toEqual([])
})

test('hold puts on hold, release lifts it, and both say how it stands then', async () => {
  Object.assign(revoked, { purpose: 'device', revocationReason: 'certificateHold' })
  const held = terminal()
  expect(await run(['certificate', 'hold', uuid], held)).toBe(0)
  expect(held.stdout()).toMatch(/^state +on hold since 2026-03-01T12:00:00.000Z, reason certificateHold$/m)
  const json = terminal()
  expect(await run(['certificate', 'release', uuid, '--json'], json)).toBe(0)
  expect(JSON.parse(json.stdout())).toEqual(revoked)
  expect(asked().filter((line) => line.startsWith('PUT'))).toEqual([
    `PUT /certificates/${uuid}/revoke `,
    `PUT /certificates/${uuid}/release `,
  ])
  expect(JSON.parse(String(server.seen[0]?.body))).toEqual({ reason: 'certificateHold' })
})

test.each(['hold', 'release'])('what the server refuses, %s refuses with its sentence', async (verb) => {
  refusal = { status: 409, body: JSON.stringify({ message: 'This certificate is not on hold.' }) }
  const shown = terminal()
  expect(await run(['certificate', verb, uuid], shown)).toBe(1)
  expect([shown.stdout(), shown.stderr()]).toEqual(['', expect.stringContaining('is not on hold')])
})
