import { createPrivateKey, createPublicKey } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  certsOnly,
  decodePem,
  encodePem,
  generalNameToText,
  nameToText,
  parseCertificate,
  requestedExtensions,
  subjectAltNames,
} from '@chancery/pki'
import type { EnrolmentMessage } from '@chancery/scep'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockCa, type MockCaScript, mockCa, seal } from '../testing/mock-ca.ts'
import { type MockServer, type ScriptedAnswer, type SeenRequest, startMockServer } from '../testing/mock-server.ts'
import { type TestTerminal, testTerminal } from '../testing/test-terminal.ts'

const CAPABILITIES = 'AES\nSHA-256\nPOSTPKIOperation\nRenewal\nSCEPStandard\n'
const RENEWED = ['ca.pem', 'cert.pem', 'cert.pem.old', 'key.pem', 'key.pem.old']

let template: string
let folder: string
let server: MockServer
let ca: MockCa

/** A device that has enrolled, copied for every test. */
beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'chancery-renew-'))
  await start()
  const args = ['--subject', 'CN=device1', '--san', 'DNS:a.example', '--trust-on-first-use', '--out', template]
  expect(await run(['scep', 'enrol', `${server.url}/scep`, ...args], testTerminal())).toBe(0)
  await server.close()
})
afterAll(() => rmSync(template, { recursive: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-renew-'))
  cpSync(template, device(), { recursive: true })
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

async function start(script: MockCaScript = {}, bend?: (request: SeenRequest) => ScriptedAnswer | undefined) {
  ca = mockCa({ capabilities: CAPABILITIES, ...script })
  server = await startMockServer((request) => bend?.(request) ?? ca.answer(request))
}

const device = () => join(folder, 'device')
const read = (name: string, from = device()) => readFileSync(join(from, name), 'utf8')
const files = (from = device()) => readdirSync(from).toSorted()
const certificate = (name = 'cert.pem', from = device()) =>
  parseCertificate(decodePem(read(name, from), 'CERTIFICATE')[0] as Buffer)
const publicKey = (name: string, from = device()) =>
  createPublicKey(createPrivateKey(read(name, from))).export({ type: 'spki', format: 'der' })

function renew(terminal: TestTerminal, ...more: string[]): Promise<number> {
  const source = more.includes('--cert') || more.includes('--in') ? [] : ['--in', device()]
  return run(['scep', 'renew', `${server.url}/scep`, ...source, ...more], terminal)
}

const asked = () => server.seen.map(({ query }) => new URLSearchParams(query).get('operation'))

function untouched(): void {
  expect(files()).toEqual(files(template))
  for (const name of files()) expect(read(name)).toBe(read(name, template))
}

test('S-2.3-18 S-2.3-19 S-3.3.1-09 S-2.4-12 S-2.5-02 a RenewalReq for the same names and a new key, signed with the old certificate, without a challenge', async () => {
  await start()
  expect(await renew(testTerminal({ env: { CHANCERY_CHALLENGE: 'unwanted' } }))).toBe(0)
  const { messageType, signer, csr, challengePassword } = ca.requests[0] as EnrolmentMessage
  expect(messageType).toBe('RenewalReq')
  expect(signer.selfSigned).toBe(false)
  expect(signer.certificate.der).toEqual(certificate('cert.pem', template).der)
  expect(challengePassword).toBeUndefined()
  expect(nameToText(csr.subject)).toBe('CN=device1')
  expect(subjectAltNames({ extensions: requestedExtensions(csr) }).map(generalNameToText)).toEqual(['DNS:a.example'])
  expect(csr.publicKey.der).not.toEqual(signer.certificate.publicKey.der)
  expect(csr.publicKey.modulusBits).toBe(2048)
})

test('S-7-15 the new files take the place of the old ones, which stay beside them', async () => {
  await start()
  expect(await renew(testTerminal())).toBe(0)
  expect(files()).toEqual(RENEWED)
  expect(read('key.pem.old')).toBe(read('key.pem', template))
  expect(read('cert.pem.old')).toBe(read('cert.pem', template))
  for (const name of ['key.pem', 'key.pem.old']) expect(statSync(join(device(), name)).mode & 0o777).toBe(0o600)
  expect(certificate().publicKey.der).toEqual(publicKey('key.pem'))
  expect(read('ca.pem')).toBe(read('ca.pem', template))
})

test('the renewed certificate can be renewed in its turn', async () => {
  await start()
  for (const _ of [1, 2]) expect(await renew(testTerminal())).toBe(0)
  expect(ca.requests[1]?.signer.certificate.der).toEqual(certificate('cert.pem.old').der)
  expect(certificate('cert.pem.old').der).not.toEqual(certificate('cert.pem', template).der)
})

test('S-2.5-02 --same-key keeps the key, --key-type makes another', async () => {
  await start()
  expect(await renew(testTerminal(), '--same-key')).toBe(0)
  expect(publicKey('key.pem')).toEqual(publicKey('key.pem', template))
  expect(certificate().der).not.toEqual(certificate('cert.pem', template).der)
  expect(await renew(testTerminal(), '--key-type', 'rsa-3072')).toBe(0)
  expect(certificate().publicKey.modulusBits).toBe(3072)
})

test('S-2.3-18 a server without Renewal is not asked, unless by --as-pkcsreq', async () => {
  await start({ capabilities: 'AES\nSCEPStandard\n' })
  const terminal = testTerminal()
  expect(await renew(terminal)).toBe(1)
  expect(terminal.stderr()).toContain('Renewal is not among its capabilities')
  expect(terminal.stderr()).toContain('--as-pkcsreq')
  expect(asked()).toEqual(['GetCACert', 'GetCACaps'])
  untouched()
  expect(await renew(testTerminal(), '--as-pkcsreq')).toBe(0)
  expect(ca.requests[0]).toMatchObject({ messageType: 'PKCSReq', signer: { selfSigned: false } })
})

test('S-4.4-09 S-2.3-18 refused, the old files are as they were and nothing is left over', async () => {
  await start({ reply: (request) => seal(request, { status: 'FAILURE', failInfo: 'badRequest' }) })
  const terminal = testTerminal()
  expect(await renew(terminal)).toBe(12)
  expect(terminal.stderr()).toContain('too early')
  untouched()
})

test('S-3.2.1.4-18 PENDING ends with 2, and the same command asks again with the same key and transaction', async () => {
  let decided = false
  await start({ reply: (request, mock) => (decided ? mock.reply(request) : seal(request, { status: 'PENDING' })) })
  expect(await renew(testTerminal())).toBe(2)
  expect(files()).toEqual(['ca.pem', 'cert.pem', 'key.pem', 'renewal.json'])
  expect(statSync(join(device(), 'renewal.json')).mode & 0o777).toBe(0o600)
  decided = true
  const terminal = testTerminal()
  expect(await renew(terminal)).toBe(0)
  expect(terminal.stderr()).toContain('Taking up the renewal')
  const [first, second] = ca.requests as [EnrolmentMessage, EnrolmentMessage]
  expect(second.transactionId).toBe(first.transactionId)
  expect(second.csr.publicKey.der).toEqual(first.csr.publicKey.der)
  expect(files()).toEqual(RENEWED)
})

test('a renewal under way is not mixed with another one; --force forgets it', async () => {
  await start({ reply: (request) => seal(request, { status: 'PENDING' }) })
  expect(await renew(testTerminal())).toBe(2)
  const terminal = testTerminal()
  expect(await renew(terminal, '--same-key')).toBe(1)
  expect(terminal.stderr()).toContain('is under way')
  expect(await renew(testTerminal(), '--same-key', '--force')).toBe(2)
  expect(ca.requests[1]?.transactionId).not.toBe(ca.requests[0]?.transactionId)
})

/** The moments at which the process may die once the certificate has come: what has its new name by then. */
const MOMENTS = [[], ['cert.pem.old'], ['cert.pem.old', 'key.pem.old'], ['key.pem'], ['key.pem', 'ca.pem'], RENEWED]

test('S-7-15 died between any two renames, the same command finishes from what is on disk and asks nobody', async () => {
  await start()
  const done = join(folder, 'done')
  cpSync(device(), done, { recursive: true })
  // Somebody's folder in the way of the first rename: the certificate has come and cannot be put down.
  mkdirSync(join(done, 'key.pem.old'))
  expect(await renew(testTerminal(), '--in', done)).toBe(1)
  const state = read('renewal.json', done)
  rmdirSync(join(done, 'key.pem.old'))
  expect(await renew(testTerminal(), '--in', done)).toBe(0)
  expect(files(done)).toEqual(RENEWED)
  const before = server.seen.length
  for (const [index, renamed] of MOMENTS.entries()) {
    const died = join(folder, `died-${index}`)
    cpSync(template, died, { recursive: true })
    writeFileSync(join(died, 'renewal.json'), state)
    // Both old ones are there before the first of the others is replaced.
    const old = renamed.includes('key.pem') ? ['cert.pem.old', 'key.pem.old'] : []
    for (const name of [...old, ...renamed]) copyFileSync(join(done, name), join(died, name))
    expect(await renew(testTerminal(), '--in', died)).toBe(0)
    expect(files(died)).toEqual(RENEWED)
    for (const name of RENEWED) expect(read(name, died)).toBe(read(name, done))
  }
  expect(server.seen).toHaveLength(before)
})

test('S-7-15 what came for another certificate is not put in the place of this one', async () => {
  await start()
  mkdirSync(join(device(), 'key.pem.old'))
  expect(await renew(testTerminal())).toBe(1)
  rmdirSync(join(device(), 'key.pem.old'))
  const args = ['--subject', 'CN=another', '--trust-on-first-use', '--out', device(), '--force']
  expect(await run(['scep', 'enrol', `${server.url}/scep`, ...args], testTerminal())).toBe(0)
  const present = read('cert.pem')
  const terminal = testTerminal()
  expect(await renew(terminal)).toBe(1)
  expect(terminal.stderr()).toContain('is under way')
  expect(read('cert.pem')).toBe(present)
  expect(await renew(testTerminal(), '--force')).toBe(0)
  expect(nameToText(certificate().subject)).toBe('CN=another')
})

test('S-2.2-03 a server that does not belong to the CA in ca.pem ends with 5 and is sent nothing', async () => {
  await start()
  writeFileSync(join(device(), 'ca.pem'), read('cert.pem'))
  const terminal = testTerminal()
  expect(await renew(terminal)).toBe(5)
  expect(terminal.stderr()).toContain('do not belong to a CA in')
  expect(asked()).toEqual(['GetCACert'])
  expect(await renew(testTerminal(), '--ca-fingerprint', 'ab'.repeat(32))).toBe(5)
  expect(await renew(testTerminal(), '--ca-fingerprint', ca.root.certificate.digest().toString('hex'))).toBe(0)
  expect(certificate('ca.pem').der).toEqual(ca.root.certificate.der)
})

test('S-2.2-03 without ca.pem and without a fingerprint nothing is asked', async () => {
  await start()
  rmSync(join(device(), 'ca.pem'))
  const terminal = testTerminal()
  expect(await renew(terminal)).toBe(1)
  expect(terminal.stderr()).toContain('--ca-fingerprint')
  expect(server.seen).toHaveLength(0)
})

test('a server that does not send its root is recognised by it, and ca.pem keeps it', async () => {
  await start({ caCertificates: certsOnly([mockCa().ra.certificate.der]) })
  expect(await renew(testTerminal())).toBe(0)
  expect(read('ca.pem')).toBe(read('ca.pem', template))
})

test('--cert, --key and --out leave the old folder alone and overwrite nothing', async () => {
  await start()
  const out = join(folder, 'next')
  const source = ['--cert', join(device(), 'cert.pem'), '--key', join(device(), 'key.pem')]
  expect(await renew(testTerminal(), ...source, '--out', out)).toBe(0)
  untouched()
  expect(files(out)).toEqual(['ca.pem', 'cert.pem', 'key.pem'])
  expect(certificate('cert.pem', out).publicKey.der).toEqual(publicKey('key.pem', out))
  const before = server.seen.length
  expect(await renew(testTerminal(), ...source, '--out', out)).toBe(1)
  expect(server.seen).toHaveLength(before)
})

test('S-2.3-19 a key that is not the certificate’s is refused before anything is asked', async () => {
  await start()
  expect(await renew(testTerminal(), '--out', join(folder, 'other'))).toBe(0)
  const before = server.seen.length
  const terminal = testTerminal()
  const source = ['--cert', join(device(), 'cert.pem'), '--key', join(folder, 'other', 'key.pem')]
  expect(await renew(terminal, ...source)).toBe(1)
  expect(terminal.stderr()).toContain('is not the key of the certificate')
  expect(await renew(testTerminal(), '--cert', join(device(), 'cert.pem'))).toBe(1)
  expect(server.seen).toHaveLength(before)
})

test('S-2.5-02 a server that sends the old certificate back has renewed nothing', async () => {
  const old = certificate('cert.pem', template).der
  await start({ reply: (request) => seal(request, { status: 'SUCCESS', certificates: [old] }) })
  const terminal = testTerminal()
  expect(await renew(terminal, '--same-key')).toBe(4)
  expect(terminal.stderr()).toContain('came back')
  expect(read('cert.pem')).toBe(encodePem('CERTIFICATE', old))
})

test('--json prints one object', async () => {
  await start()
  const terminal = testTerminal()
  expect(await renew(terminal, '--json')).toBe(0)
  expect(JSON.parse(terminal.stdout())).toMatchObject({
    status: 'SUCCESS',
    subject: 'CN=device1',
    folder: device(),
    files: { key: join(device(), 'key.pem') },
  })
})
