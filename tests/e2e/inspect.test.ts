import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  buildPasswordEnvelopedData,
  der,
  encodePem,
  nameFromText,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { selfSignedSigner } from '@chancery/scep'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../apps/cli/src/run.ts'
import { testTerminal } from '../../apps/cli/src/testing/test-terminal.ts'
import { CA, DEVICE, message, NOW, RA } from '../../packages/scep/src/testing/exchange.ts'
import { challengeAttribute, rawCsr } from '../../packages/scep/src/testing/raw-certificate.ts'
import { attribute, requestAttributes } from '../../packages/scep/src/testing/raw-message.ts'
import { reply } from '../../packages/scep/src/testing/reply.ts'
import { createChallenge } from '../admin.ts'
import { fetchCa, PROFILE_PATH, post, sealEnrolment } from '../device.ts'
import { startServer, type TestServer } from '../server.ts'

const folder = mkdtempSync(join(tmpdir(), 'chancery-inspect-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: Buffer | string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const pem = (key: typeof RA.privateKey) => key.export({ type: 'pkcs8', format: 'pem' })
const raKey = file('ra.pem', pem(RA.privateKey))
const deviceKey = file('device.pem', pem(DEVICE.privateKey))
const ca = file('ca.pem', encodePem('CERTIFICATE', RA.certificate) + encodePem('CERTIFICATE', CA.certificate))
const good = file('request.der', message())

async function inspect(args: readonly string[], given: Parameters<typeof testTerminal>[0] = {}) {
  const terminal = testTerminal({ now: NOW, ...given })
  const code = await run(['scep', 'inspect', ...args], terminal)
  return { code, out: terminal.stdout(), err: terminal.stderr() }
}

/** `chancery scep inspect` on messages of every shape, and on those of our own server and client. */

describe('exit codes', () => {
  test.each([
    ['a good request', 0, [good]],
    ['a good reply', 0, [file('reply.der', reply('0')), '--key', deviceKey, '--ca', ca]],
    ['a request with single DES', 20, [file('des.der', message({}, { cipher: 'des-cbc' }))]],
    ['old algorithms that are allowed', 0, [file('sha1.der', message({ digest: 'sha1' }))]],
    ['octets that are nothing', 21, [file('noise', Buffer.from([1, 2, 3]))]],
    ['an empty file', 21, [file('empty', '')]],
    ['more than any message', 21, [file('large', Buffer.alloc((4 << 20) + 1, 0x41))]],
    ['a private key', 21, [raKey]],
    ['a file that is not there', 1, [join(folder, 'nowhere')]],
    ['a folder', 1, [folder]],
    ['a key that is none', 1, [good, '--key', good]],
    ['certificates that are none', 1, [good, '--ca', raKey]],
    ['a profile of nobody', 1, [good, '--profile', 'modern']],
  ] as const)('%s ends with %i', async (_, code, args) => {
    expect((await inspect(args)).code).toBe(code)
  })
})

test('a request is told in order: what, who, tree, verdict, conclusion', async () => {
  const { out } = await inspect([good, '--key', raKey])
  const order = [
    'PKCSReq (19): asks for a certificate',
    '  signed by      CN=device1 (RSA-2048, self-signed)',
    '   0  ContentInfo  signedData (1.2.840.113549.1.7.2)',
    'What a server would do with it, by compatibility profile',
    ': would be answered\n',
    'It breaks no clause that can be seen, and every profile would answer it.\n',
  ].map((text) => out.indexOf(text))
  expect(order).toEqual(order.toSorted((one, other) => one - other))
  expect(order).not.toContain(-1)
})

test('octets, URLs and text come from standard input', async () => {
  const url = `http://ca.example/scep?operation=PKIOperation&message=${encodeURIComponent(message().toString('base64'))}`
  expect((await inspect(['-'], { stdin: message() })).code).toBe(0)
  expect((await inspect(['-'], { stdin: `${url}\n` })).out).toContain('captured as the URL of a GET')
  expect((await inspect(['-'], { stdin: 'AES\nSHA-256\n' })).out).toContain('The answer to GetCACaps')
})

test('standard input has an end for us even where it has none', async () => {
  expect((await inspect(['-'], { stdin: Buffer.alloc(6 << 20, 0x41) })).code).toBe(21)
})

test('--profile limits the verdict, --brief leaves the tree out', async () => {
  const { out } = await inspect(['--profile', 'strict', '--profile', 'legacy', good, '--brief'])
  expect(out).toContain('\n  strict, legacy: would be answered')
  expect(out).not.toContain('default')
  expect(out).not.toContain('ContentInfo')
})

test('--json is the whole inspection', async () => {
  const { out } = await inspect([file('json.der', message({ digest: 'sha1', version: 3 })), '--json'])
  expect(JSON.parse(out)).toMatchObject({
    kind: 'request',
    encoding: 'binary',
    broken: 1,
    warnings: 0,
    findings: [
      { clause: 'S-3.2-02', level: 'broken' },
      { clause: 'S-2.9-11', level: 'note' },
    ],
    verdicts: expect.arrayContaining([
      expect.objectContaining({ profile: 'strict', outcome: 'refused', failInfo: 'badAlg' }),
    ]),
    tree: [{ label: 'ContentInfo', offset: 0 }],
  })
})

test('a challenge is shown on demand only', async () => {
  const attributes = [challengeAttribute(der.utf8String('tell-nobody'))]
  const path = file('secret.der', message({}, { content: rawCsr({ privateKey: DEVICE.privateKey, attributes }) }))
  for (const format of [[], ['--json']]) {
    expect((await inspect([path, '--key', raKey, ...format])).out).not.toContain('tell-nobody')
    expect((await inspect([path, '--key', raKey, '--show-secrets', ...format])).out).toContain('tell-nobody')
  }
})

test('control characters of a message do not reach the terminal', async () => {
  const nasty = '\u001b[2J\u009b1m\u202e'
  const attributes = requestAttributes({ transactionId: [der.utf8String(`a${nasty}b`)] })
  const path = file(
    'nasty.der',
    message({ attributes: [...attributes, attribute('1.3.6.1.5.5.7.24.1', der.utf8String(nasty))] }),
  )
  for (const format of [[], ['--json']]) {
    const { out } = await inspect([path, ...format])
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  }
  expect(JSON.parse((await inspect([path, '--json'])).out).summary).toContainEqual({
    label: 'transactionID',
    value: Buffer.from(`a${nasty}b`).toString('latin1'),
  })
})

test('nothing is wider than the terminal, and colours are only where they can be seen', async () => {
  for (const columns of [60, 80, 100]) {
    const { out } = await inspect([good, '--key', raKey], { columns })
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns)
  }
  expect((await inspect([good], { columns: 80, colour: true })).out).toContain('\u001b[1mPKCSReq')
  expect((await inspect([good])).out).not.toContain('\u001b')
})

test('a reply is judged as this client judges it', async () => {
  const { out } = await inspect([file('fail.der', reply('2')), '--ca', ca, '--brief'])
  expect(out).toContain("chancery's client: would be accepted\n      A FAILURE, badRequest (2).")
})

test('an envelope under a password opens with --challenge-file', async () => {
  const content = rawCsr({ privateKey: DEVICE.privateKey })
  const eContent = await buildPasswordEnvelopedData({ content, encryption: 'aes-128-cbc', password: 'secret' })
  const path = file('password.der', message({ eContent }))
  expect((await inspect([path])).out).toContain('encrypted: the challenge opens it')
  expect((await inspect([path, '--challenge-file', file('challenge', 'secret\n')])).out).toContain(
    'opened with the password given',
  )
})

describe('what our own client and server write breaks no clause, and warns of nothing', () => {
  let server: TestServer
  const certificates = join(folder, 'server.pem')
  const capture = async (name: string, query: string) =>
    file(name, Buffer.from(await (await fetch(`${server.url}${PROFILE_PATH}?${query}`)).arrayBuffer()))

  beforeAll(async () => {
    server = await startServer()
    const published = await fetchCa(server.url)
    writeFileSync(certificates, published.certificates.map((each) => encodePem('CERTIFICATE', each.der)).join(''))
  })
  afterAll(() => server.stop())

  async function expectNothing(args: readonly string[]) {
    const terminal = testTerminal()
    const code = await run(['scep', 'inspect', ...args, '--json'], terminal)
    const { broken, warnings, verdicts } = JSON.parse(terminal.stdout())
    expect({ code, broken, warnings }).toEqual({ code: 0, broken: 0, warnings: 0 })
    return verdicts
  }

  test('GetCACaps', async () => {
    await expectNothing([await capture('caps', 'operation=GetCACaps')])
  })

  test('GetCACert', async () => {
    await expectNothing([await capture('ca.p7', 'operation=GetCACert')])
  })

  test('a request, its SUCCESS and a FAILURE', async () => {
    const ca = await fetchCa(server.url)
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = softwareSigningKey(privateKey)
    const certificate = await selfSignedSigner(nameFromText('CN=device'), key, new Date())
    const device = { key, certificate, decryption: softwareDecryptionKey(privateKey) }
    const held = ['--key', file('held.pem', pem(privateKey)), '--ca', certificates]
    const good = await sealEnrolment(device, ca, { challenge: await createChallenge(server, {}) })
    const [verdict] = await expectNothing([file('sent.der', good.message), '--ca', certificates, '--profile', 'strict'])
    expect(verdict).toMatchObject({ outcome: 'would be answered', complete: false })
    const [success] = await expectNothing([file('success.der', await post(server.url, good.message)), ...held])
    expect(success).toMatchObject({ outcome: 'would be accepted', complete: true })
    const bad = await sealEnrolment(device, ca, { challenge: 'wrong' })
    const [failure] = await expectNothing([file('failure.der', await post(server.url, bad.message)), ...held])
    expect(failure.sentence).toContain('A FAILURE, badRequest (2)')
  })
})
