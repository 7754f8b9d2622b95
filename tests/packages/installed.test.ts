import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { must } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { ROOT, read } from '../repo/repository.ts'

/** The packages as somebody gets them: built, packed, installed in an empty folder without a network, and used. */

const folder = temporaryFolder()
const PACKAGES = ['pki', 'scep'] as const
const env = {
  PATH: process.env.PATH ?? '',
  HOME: folder,
  npm_config_cache: join(folder, 'cache'),
  npm_config_update_notifier: 'false',
}
const tarballs = new Map<string, string[]>()

/** The examples of a README that name their file in the first line. */
function examples(path: string): [string, string][] {
  return [...read(path).matchAll(/```ts\n(?:\/\/ (\S+\.ts)\n)?([\s\S]*?)```/g)].map((match, index) => [
    match[1] ?? `example-${index}.ts`,
    match[2] as string,
  ])
}

beforeAll(async () => {
  await must(process.execPath, [join(ROOT, 'build/main.ts')])
  for (const name of PACKAGES) {
    const args = ['pack', join(ROOT, 'packages', name, 'dist'), '--pack-destination', folder, '--json']
    const [packed] = JSON.parse((await must('npm', args, { cwd: folder, env })).toString()) as [
      { filename: string; files: { path: string }[] },
    ]
    tarballs.set(
      packed.filename,
      packed.files.map(({ path }) => path),
    )
  }
  writeFileSync(join(folder, 'package.json'), '{ "name": "somebody", "private": true, "type": "module" }')
  const files = [...tarballs.keys()].map((name) => `./${name}`)
  await must('npm', ['install', '--offline', '--no-audit', '--no-fund', ...files], { cwd: folder, env })
  for (const [file, source] of examples('packages/scep/README.md')) writeFileSync(join(folder, file), source)
  writeFileSync(join(folder, 'use.ts'), USE)
})

test('a package holds JavaScript, declarations, manifest, README and licence, and no test', () => {
  for (const files of tarballs.values()) {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'index.d.ts', 'index.js', 'package.json']))
    const odd = files.filter((path) => !/^(?:LICENSE|README\.md|package\.json)$|\.(?:js|d\.ts)$/.test(path))
    expect(odd).toEqual([])
    expect(files.filter((path) => /test/.test(path))).toEqual([])
  }
})

test('scep needs pki of the same version and nothing else, pki nothing', () => {
  const installed = join(folder, 'node_modules/@chancery')
  const manifest = (name: string) =>
    JSON.parse(readFileSync(join(installed, name, 'package.json'), 'utf8')) as Record<string, unknown>
  expect(manifest('pki')).toMatchObject({ dependencies: {}, type: 'module', engines: { node: '>=24' } })
  expect(manifest('scep')).toMatchObject({ dependencies: { '@chancery/pki': manifest('pki').version } })
  expect(manifest('scep').private).toBeUndefined()
  expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@chancery'])
})

test.each(['strict', 'and with the declarations themselves checked'])(
  'the examples of the README compile: %s',
  async (how) => {
    const compilerOptions = {
      ...{ module: 'nodenext', target: 'esnext', lib: ['esnext', 'dom'], strict: true, noEmit: true },
      ...{ allowImportingTsExtensions: true, exactOptionalPropertyTypes: true, skipLibCheck: how === 'strict' },
      ...{ typeRoots: [join(ROOT, 'node_modules/@types')], types: ['node'] },
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    await must(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--project', folder])
  },
)

test('the examples of the README enrol, renew and poll against each other', async () => {
  const printed = await must(process.execPath, ['use.ts'], { cwd: folder })
  expect(JSON.parse(printed.toString())).toEqual({
    subject: 'CN=device1,O=Example',
    polls: 1,
    renewed: 'SUCCESS',
    known: 'SUCCESS',
    unknown: 'FAILURE',
    refused: 'FAILURE',
    stranger: 'Error: this is not the CA that was expected',
  })
})

test('the example of the README of pki runs', async () => {
  const [[, source]] = examples('packages/pki/README.md') as [[string, string]]
  mkdirSync(join(folder, 'pki'))
  writeFileSync(join(folder, 'pki/example.ts'), source.replace(/^(parse.*?)( \/\/.*)?$/m, 'console.log($1)'))
  expect((await must(process.execPath, ['pki/example.ts'], { cwd: folder })).toString()).toBe('2048\n')
})

const USE = `
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import * as pki from '@chancery/pki'
import { type EnrolmentMessage, type Fetch, keyTransactionId, type PollMessage } from '@chancery/scep'
import { answer } from './answer.ts'
import { enrol, explain } from './enrol.ts'
import { renew, whatBecameOf } from './renew.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const signing = pki.softwareSigningKey(privateKey)
const name = pki.nameFromText('CN=CA')
const scheme = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' } as const

async function issue(subject: pki.Name, publicKey: Buffer, extensions: Buffer[]): Promise<Buffer> {
  const signature = pki.signatureAlgorithmIdentifier(scheme)
  const serialNumber = Buffer.concat([Buffer.from([0x41]), randomBytes(8)])
  const [notBefore, notAfter] = [new Date(Date.now() - 1000), new Date(Date.now() + 86_400_000)]
  const tbs = pki.buildTbsCertificate({ serialNumber, signature, issuer: name, notBefore, notAfter, subject, publicKey, extensions })
  return pki.assembleSigned(tbs, signature, await signing.sign(tbs, scheme))
}

const ca = await issue(name, signing.publicKey.der, [
  pki.buildBasicConstraints({ ca: true }),
  pki.buildKeyUsage(['keyCertSign', 'cRLSign', 'digitalSignature', 'keyEncipherment']),
])
const certificate = pki.parseCertificate(ca)
const ra = { id: 'ra', certificate, signing, decryption: pki.softwareDecryptionKey(privateKey) }
const waiting = new Map<string, EnrolmentMessage>()

async function decide(request: EnrolmentMessage | PollMessage) {
  if (request.messageType === 'CertPoll') {
    const asked = waiting.get(request.transactionId)
    return asked && issue(asked.csr.subject, asked.csr.publicKey.der, [])
  }
  if (!request.signer.selfSigned) return issue(request.csr.subject, request.csr.publicKey.der, [])
  if (request.challengePassword?.reveal() !== 'secret') return undefined
  waiting.set(request.transactionId, request)
  return 'later'
}

const fetch: Fetch = (url, init) => answer(new Request(url, init), { ra, certificates: [ca], decide })
const caFingerprint = certificate.digest().toString('hex')
const wish = { url: 'http://ca.example/scep', caFingerprint, challenge: 'secret', pace: { interval: 10 }, fetch }

const first = await enrol(wish)
if (first.decision.status !== 'SUCCESS') throw new Error(JSON.stringify(first.decision))
const held = { ...first, certificate: first.decision.certificate }
const renewed = await renew(held)
const known = await whatBecameOf(held, first.decision.transactionId)
const unknown = await whatBecameOf(held, keyTransactionId(first.csrKey))
const refused = (await enrol({ ...wish, challenge: 'wrong' })).decision
const stranger = await enrol({ ...wish, caFingerprint: 'ab' }).catch(explain)
const { polls, certificate: issued } = first.decision
const statuses = { renewed, known, unknown, refused }
const words = Object.entries(statuses).map(([name, { status }]) => [name, status])
console.log(JSON.stringify({ subject: pki.nameToText(issued.subject), polls, stranger, ...Object.fromEntries(words) }))
`
