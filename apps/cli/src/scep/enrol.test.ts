import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generalNameToText, nameToText, requestedExtensions, subjectAltNames } from '@chancery/pki'
import type { EnrolmentMessage } from '@chancery/scep'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockCa, type MockCaScript, mockCa, seal } from '../testing/mock-ca.ts'
import { type MockServer, type ScriptedAnswer, type SeenRequest, startMockServer } from '../testing/mock-server.ts'
import { type TestTerminal, testTerminal } from '../testing/test-terminal.ts'

const CHALLENGE = 'S3CRET-CHALLENGE'

let folder: string
let server: MockServer
let ca: MockCa
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-enrol-'))
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

async function start(
  script: MockCaScript = {},
  bend?: (request: SeenRequest, count: number) => ScriptedAnswer | undefined,
) {
  ca = mockCa(script)
  let count = 0
  server = await startMockServer((request) => bend?.(request, count++) ?? ca.answer(request))
}

const out = () => join(folder, 'device')
const written = () => readdirSync(out()).toSorted()
const read = (name: string) => readFileSync(join(out(), name), 'utf8')
const rootFingerprint = () => ca.root.certificate.digest().toString('hex')

/** The command with the usual options; later ones win. */
function enrol(terminal: TestTerminal, ...more: string[]): Promise<number> {
  const trust = more.includes('--trust-on-first-use') || more.includes('--ca-fingerprint')
  const given = trust ? [] : ['--ca-fingerprint', rootFingerprint()]
  return run(
    ['scep', 'enrol', `${server.url}/scep`, '--subject', 'CN=device1', '--out', out(), ...given, ...more],
    terminal,
  )
}

const operations = () =>
  server.seen.map(({ method, query }) => `${method} ${new URLSearchParams(query).get('operation')}`)

test('an enrolment writes key, certificate and CA, each with its mode, and nothing else', async () => {
  await start()
  const terminal = testTerminal()
  expect(await enrol(terminal, '--challenge', CHALLENGE)).toBe(0)
  expect(written()).toEqual(['ca.pem', 'cert.pem', 'key.pem'])
  expect(statSync(join(out(), 'key.pem')).mode & 0o777).toBe(0o600)
  expect(read('key.pem')).toContain('BEGIN PRIVATE KEY')
  expect(read('ca.pem').match(/BEGIN CERTIFICATE/g)).toHaveLength(1)
  expect(terminal.stdout()).toBe('')
  expect(terminal.stderr()).toContain('CN=device1')
  expect(ca.requests[0]?.challengePassword?.reveal()).toBe(CHALLENGE)
})

test('S-4.1-03 S-4.1-13 S-2.2-01 the operations go out in order, spelt exactly, GET but for the last', async () => {
  await start()
  expect(await enrol(testTerminal())).toBe(0)
  expect(operations()).toEqual(['GET GetCACert', 'GET GetCACaps', 'POST PKIOperation'])
})

test('S-2.2-05 each enrolment asks for the CA certificates again', async () => {
  await start()
  expect(await enrol(testTerminal())).toBe(0)
  expect(await enrol(testTerminal(), '--force')).toBe(0)
  expect(operations().filter((operation) => operation === 'GET GetCACert')).toHaveLength(2)
})

test.each(['POSTPKIOperation', 'SCEPStandard'])('S-4.1-02 %s alone is enough for POST', async (capability) => {
  await start({ capabilities: `${capability}\nAES\nSHA-256\n` })
  expect(await enrol(testTerminal())).toBe(0)
  expect(operations()[2]).toBe('POST PKIOperation')
})

test('S-4.3-01 S-4.1-01 a POST is the bare message with its type and length, not chunked', async () => {
  await start()
  expect(await enrol(testTerminal())).toBe(0)
  const { headers, body } = server.seen[2] as SeenRequest
  expect(headers['content-type']).toBe('application/x-pki-message')
  expect(headers['content-length']).toBe(String(body.length))
  expect(headers['transfer-encoding']).toBeUndefined()
  expect(body[0]).toBe(0x30)
})

test('S-4.1-05 by GET the message is escaped base64', async () => {
  await start()
  expect(await enrol(testTerminal(), '--get')).toBe(0)
  const message = /(?:^|&)message=([^&]*)/.exec(server.seen[2]?.query ?? '')?.[1] as string
  expect(operations()[2]).toBe('GET PKIOperation')
  expect(message).toMatch(/^(?:[A-Za-z0-9]|%2B|%2F|%3D)+$/)
})

test('S-4.1-09 a bare host is asked at the default path, an explicit one is left alone', async () => {
  await start()
  const args = ['--subject', 'CN=x', '--trust-on-first-use', '--out', out()]
  expect(await run(['scep', 'enrol', server.url, ...args], testTerminal())).toBe(0)
  expect(server.seen[0]?.path).toBe('/cgi-bin/pkiclient.exe')
  expect(await enrol(testTerminal(), '--force')).toBe(0)
  expect(server.seen.at(-1)?.path).toBe('/scep')
})

test('S-3.5.2-18 S-7-04 with the capabilities stripped it goes down to GET, 3DES and SHA-1, no further, and says so', async () => {
  await start({}, ({ query }) => (query.includes('GetCACaps') ? { status: 404 } : undefined))
  const terminal = testTerminal()
  expect(await enrol(terminal)).toBe(0)
  expect(operations()[2]).toBe('GET PKIOperation')
  expect(ca.requests[0]?.legacy).toEqual(['sha1', 'des-ede3-cbc'])
  expect(terminal.stderr()).toContain('warning: these are old algorithms')
})

test('S-7.5-01 --require-standard stops before anything is sent, --assume-standard takes AES and SHA-256', async () => {
  await start({ capabilities: 'DES3\nSHA-1\n' })
  expect(await enrol(testTerminal(), '--require-standard')).toBe(4)
  expect(ca.requests).toHaveLength(0)
  expect(await enrol(testTerminal(), '--assume-standard')).toBe(0)
  expect(ca.requests[0]?.legacy).toEqual([])
})

test('--digest, --cipher and --legacy-des are used whatever the server says', async () => {
  await start()
  expect(await enrol(testTerminal(), '--digest', 'sha512', '--cipher', '3des')).toBe(0)
  expect(ca.requests[0]?.replyTo).toMatchObject({ digest: 'sha512', contentEncryption: 'des-ede3-cbc' })
  expect(await enrol(testTerminal(), '--force', '--legacy-des')).toBe(0)
  expect(ca.requests[1]?.legacy).toContain('des-cbc')
})

test('S-2.3-04 S-2.3-05 the request asks for subject and names, signed with its own key', async () => {
  await start()
  expect(await enrol(testTerminal(), '--san', 'DNS:a.example', 'IP:192.0.2.1', '--key-type', 'rsa-3072')).toBe(0)
  const { csr, signer } = ca.requests[0] as EnrolmentMessage
  expect(nameToText(csr.subject)).toBe('CN=device1')
  const san = requestedExtensions(csr).find(({ oid }) => oid === '2.5.29.17')
  expect(subjectAltNames(san as NonNullable<typeof san>).map(generalNameToText)).toEqual([
    'DNS:a.example',
    'IP:192.0.2.1',
  ])
  expect(csr.publicKey.modulusBits).toBe(3072)
  expect(signer.selfSigned).toBe(true)
  expect(nameToText(signer.certificate.subject)).toBe('CN=device1')
})

test('S-2.4-11 the challenge is taken from file, standard input or environment', async () => {
  await start()
  writeFileSync(join(folder, 'challenge'), `${CHALLENGE}\n`)
  expect(await enrol(testTerminal(), '--challenge-file', join(folder, 'challenge'))).toBe(0)
  expect(await enrol(testTerminal({ stdin: `${CHALLENGE}\n` }), '--force', '--challenge', '-')).toBe(0)
  expect(await enrol(testTerminal({ env: { CHANCERY_CHALLENGE: CHALLENGE } }), '--force')).toBe(0)
  expect(ca.requests.map(({ challengePassword }) => challengePassword?.reveal())).toEqual([
    CHALLENGE,
    CHALLENGE,
    CHALLENGE,
  ])
})

test('S-2.2-03 without fingerprint and without a word nothing is asked at all', async () => {
  await start()
  const args = ['scep', 'enrol', server.url, '--subject', 'CN=x', '--out', out()]
  const terminal = testTerminal()
  expect(await run(args, terminal)).toBe(1)
  expect(server.seen).toHaveLength(0)
  expect(terminal.stderr()).toContain('--trust-on-first-use')
})

test('S-2.2-03 S24 another fingerprint ends with 5 before any further request, and the ones sent are shown', async () => {
  await start()
  const terminal = testTerminal()
  expect(await enrol(terminal, '--ca-fingerprint', 'ab'.repeat(32))).toBe(5)
  expect(operations()).toEqual(['GET GetCACert'])
  const shown = rootFingerprint().toUpperCase().match(/../g)?.join(':')
  expect(terminal.stderr()).toContain(shown)
  expect(written()).toEqual([])
})

test('the fingerprint of the RA certificate is no anchor', async () => {
  await start()
  expect(await enrol(testTerminal(), '--ca-fingerprint', ca.ra.certificate.digest().toString('hex'))).toBe(5)
})

test('S-2.2-03 separators, case and a prefix of the fingerprint do not matter', async () => {
  await start()
  const shown = rootFingerprint().toUpperCase().match(/../g)?.join(':') as string
  expect(await enrol(testTerminal(), '--ca-fingerprint', `SHA256=${shown}`)).toBe(0)
  expect(await enrol(testTerminal(), '--force', '--ca-fingerprint', rootFingerprint().replace(/(.{8})/g, '$1 '))).toBe(
    0,
  )
})

test.each(['xyz', 'ab', 'ab'.repeat(16)])('%s is no fingerprint', async (text) => {
  await start()
  expect(await enrol(testTerminal(), '--ca-fingerprint', text)).toBe(1)
  expect(server.seen).toHaveLength(0)
})

test('--trust-on-first-use says whom it trusts', async () => {
  await start()
  const terminal = testTerminal()
  expect(await enrol(terminal, '--trust-on-first-use')).toBe(0)
  expect(terminal.stderr()).toMatch(/Trusting CA .*Mock Root.* on first use/)
})

test.each([
  ['badAlg', 10],
  ['badMessageCheck', 11],
  ['badRequest', 12],
  ['badTime', 13],
  ['badCertId', 14],
] as const)('S-3.2.1.4-18 FAILURE %s ends with %i, and leaves nothing behind', async (failInfo, code) => {
  await start({
    reply: (request) => seal(request, { status: 'FAILURE', failInfo, text: 'no\u001b[2J\nchancery: Wrote' }),
  })
  const terminal = testTerminal()
  expect(await enrol(terminal)).toBe(code)
  expect(terminal.stderr()).toContain(failInfo)
  // S-3.2.1.4-02: the words of the server stay on their line.
  expect(terminal.stderr()).not.toContain('\u001b')
  expect(terminal.stderr()).not.toMatch(/^chancery: Wrote/m)
  expect(written()).toEqual([])
})

test('S-3.2.1.4-18 PENDING ends with 2, keeps the key, and the same command then gets the certificate for it', async () => {
  let decided = false
  const pending = (request: EnrolmentMessage, mock: MockCa) =>
    decided ? mock.reply(request) : seal(request, { status: 'PENDING' })
  await start({ reply: pending })
  expect(await enrol(testTerminal(), '--challenge', CHALLENGE)).toBe(2)
  expect(written()).toEqual(['enrolment.json'])
  expect(statSync(join(out(), 'enrolment.json')).mode & 0o777).toBe(0o600)
  expect(read('enrolment.json')).not.toContain(CHALLENGE)
  decided = true
  expect(await enrol(testTerminal(), '--challenge', CHALLENGE)).toBe(0)
  expect(written()).toEqual(['ca.pem', 'cert.pem', 'key.pem'])
  const [first, second] = ca.requests as [EnrolmentMessage, EnrolmentMessage]
  expect(second.transactionId).toBe(first.transactionId)
  expect(second.csr.publicKey.der).toEqual(first.csr.publicKey.der)
  expect(second.senderNonce).not.toEqual(first.senderNonce)
})

test('a reply lost on its way is asked for again, by the same transaction, and gets the same certificate', async () => {
  let lost = 0
  await start()
  const answer = ca.answer
  ca.answer = async (request) => {
    const real = await answer(request)
    return request.query.includes('PKIOperation') && lost++ === 0 ? { break: true } : real
  }
  const terminal = testTerminal()
  expect(await enrol(terminal)).toBe(0)
  expect(ca.requests).toHaveLength(2)
  expect(ca.requests[1]?.transactionId).toBe(ca.requests[0]?.transactionId)
  expect(terminal.pauses).toEqual([1000])
})

test('S-3.2.1.4-18 when the connection keeps breaking it ends with 3, and the same command takes it up later', async () => {
  let broken = true
  await start({}, ({ query }) => (broken && query.includes('PKIOperation') ? { break: true } : undefined))
  const terminal = testTerminal()
  expect(await enrol(terminal)).toBe(3)
  expect(terminal.pauses).toEqual([1000, 4000])
  expect(written()).toEqual(['enrolment.json'])
  const { transactionId } = JSON.parse(read('enrolment.json')) as { transactionId: string }
  broken = false
  const again = testTerminal()
  expect(await enrol(again)).toBe(0)
  expect(again.stderr()).toContain('Taking up the enrolment')
  expect(ca.requests[0]?.transactionId).toBe(transactionId)
})

test('S-7-15 broken off between key and certificate, the same command finishes with the same certificate', async () => {
  let decided = false
  await start({ reply: (request, mock) => (decided ? mock.reply(request) : seal(request, { status: 'PENDING' })) })
  expect(await enrol(testTerminal())).toBe(2)
  const state = read('enrolment.json')
  decided = true
  expect(await enrol(testTerminal())).toBe(0)
  const [key, certificate] = [read('key.pem'), read('cert.pem')]
  // As if the process had died after the first rename.
  writeFileSync(join(out(), 'enrolment.json'), state)
  rmSync(join(out(), 'cert.pem'))
  expect(await enrol(testTerminal())).toBe(0)
  expect([read('key.pem'), read('cert.pem')]).toEqual([key, certificate])
  expect(written()).toEqual(['ca.pem', 'cert.pem', 'key.pem'])
})

test('an enrolment under way is not mixed with another one; --force forgets it', async () => {
  await start({ reply: (request) => seal(request, { status: 'PENDING' }) })
  expect(await enrol(testTerminal())).toBe(2)
  const terminal = testTerminal()
  expect(await enrol(terminal, '--subject', 'CN=another')).toBe(1)
  expect(terminal.stderr()).toContain('is under way')
  expect(await enrol(testTerminal(), '--subject', 'CN=another', '--force')).toBe(2)
  expect(ca.requests[1]?.transactionId).not.toBe(ca.requests[0]?.transactionId)
})

test('S-4.3-05 an HTTP error ends with 3 and names its status; 4xx is not asked again', async () => {
  await start({}, ({ query }) => (query.includes('PKIOperation') ? { status: 400, body: 'no\u0007 SCEP' } : undefined))
  const terminal = testTerminal()
  expect(await enrol(terminal)).toBe(3)
  expect(terminal.stderr()).toContain('HTTP 400')
  expect(terminal.stderr()).not.toContain('\u0007')
  expect(terminal.pauses).toEqual([])
})

test('S-4.1-19 a request too long for GET is told to go by POST', async () => {
  await start({}, ({ query }) => (query.includes('PKIOperation') ? { status: 414 } : undefined))
  const terminal = testTerminal()
  expect(await enrol(terminal, '--get')).toBe(3)
  expect(terminal.stderr()).toContain('POST')
})

test.each([
  ['a page of HTML', '<html>hello</html>'],
  ['nothing', ''],
  ['a certificate instead of a reply', 'certificate'],
])('S-3.2.1.4-18 %s as reply ends with 4 and writes nothing', async (_, body) => {
  await start({ reply: (_request, mock) => (body === 'certificate' ? mock.root.certificate.der : Buffer.from(body)) })
  expect(await enrol(testTerminal())).toBe(4)
  expect(written()).toEqual(['enrolment.json'])
})

test('S-4.2.1-01 HTML instead of CA certificates ends with 4', async () => {
  await start({ caCertificates: Buffer.from('<html>') })
  expect(await enrol(testTerminal())).toBe(4)
})

test('S-4.4-09 nothing that is there is overwritten without --force, and on failure not even with it', async () => {
  let refuse = false
  const reply = (request: EnrolmentMessage, mock: MockCa) =>
    refuse ? seal(request, { status: 'FAILURE', failInfo: 'badRequest' }) : mock.reply(request)
  await start({ reply })
  expect(await enrol(testTerminal())).toBe(0)
  const before = [read('key.pem'), read('cert.pem'), read('ca.pem')]
  const asked = server.seen.length
  expect(await enrol(testTerminal())).toBe(1)
  expect(server.seen).toHaveLength(asked)
  refuse = true
  expect(await enrol(testTerminal(), '--force')).toBe(12)
  expect([read('key.pem'), read('cert.pem'), read('ca.pem')]).toEqual(before)
  refuse = false
  expect(await enrol(testTerminal(), '--force')).toBe(0)
  expect(read('key.pem')).not.toBe(before[0])
})

test('S-7-15 the private key never leaves', async () => {
  await start()
  expect(await enrol(testTerminal())).toBe(0)
  const secret = Buffer.from(read('key.pem').replace(/-.*-|\n/g, ''), 'base64').subarray(-64)
  for (const { body } of server.seen) expect(body.includes(secret)).toBe(false)
})

test('--json prints one object, for success and for failure', async () => {
  await start()
  const good = testTerminal()
  expect(await enrol(good, '--json')).toBe(0)
  expect(JSON.parse(good.stdout())).toMatchObject({
    status: 'SUCCESS',
    subject: 'CN=device1',
    files: { key: join(out(), 'key.pem') },
  })
  const bad = testTerminal()
  expect(await enrol(bad, '--json')).toBe(1)
  expect(JSON.parse(bad.stdout())).toMatchObject({ error: 'failed', message: expect.any(String) })
})
