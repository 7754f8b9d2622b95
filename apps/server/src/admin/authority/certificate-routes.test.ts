import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Authority } from '@chancery/api'
import { selfSignedRoot } from '@chancery/ca'
import { encodePem, nameFromText, parseCertificate, softwareSigningKey, verifyCertificate } from '@chancery/pki'
import { DEFAULT_RA_PROFILE_METADATA, uuidV7 } from '@chancery/ra'
import { Value } from 'typebox/value'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { must } from '../../../../../tests/command.ts'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let folder: string
let rootPem: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-foreign-'))
  await openssl(
    'req',
    '-x509',
    ...EC,
    '-nodes',
    '-days',
    '3650',
    '-subj',
    '/CN=Foreign Root',
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
  )
  rootPem = await readFile(join(folder, 'root.pem'), 'utf8')
})
afterAll(() => rmSync(folder, { recursive: true }))

let server: AdminServer
beforeEach(async () => {
  server = await startAdminServer()
})
afterEach(() => server.close())

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
const openssl = (...args: string[]) => must('openssl', args, { cwd: folder })
const CA_EXTENSIONS = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature\n'

/** What the foreign root makes of a request. */
async function signed(request: string, extensions = CA_EXTENSIONS, days = '365'): Promise<string> {
  await writeFile(join(folder, 'sub.csr'), request)
  await writeFile(join(folder, 'ext.cnf'), extensions)
  const root = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial']
  await openssl('x509', '-req', '-in', 'sub.csr', ...root, '-days', days, '-extfile', 'ext.cnf', '-out', 'sub.pem')
  return readFile(join(folder, 'sub.pem'), 'utf8')
}

async function newSubordinate(): Promise<{ readonly path: string; readonly request: string }> {
  const ca = { create: 'subordinate', subject: 'CN=Issuing CA,O=Example', keyType: 'p-256' }
  const made = await server.call('POST', '/v1/authorities', { name: 'issuing', ca })
  expect(made).toMatchObject({
    status: 201,
    body: { generations: [], request: { subject: 'CN=Issuing CA,O=Example', keyType: 'p-256' } },
  })
  const path = `/v1/authorities/${(made.body as Authority).uuid}`
  return { path, request: (await server.call('GET', `${path}/request`)).text }
}

const bring = (path: string, certificates: string, more: object = {}) =>
  server.call('POST', `${path}/certificate`, { certificates, ...more })

test('a subordinate gives its request, and the certificate of a foreign root puts it into force', async () => {
  const { path, request } = await newSubordinate()
  expect(request).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/)
  const text = (await must('openssl', ['req', '-noout', '-verify', '-text'], { input: request })).toString()
  expect(text).toContain('CA:TRUE')
  const pem = await signed(request)
  const brought = await bring(path, pem + rootPem)
  expect(brought).toMatchObject({
    status: 201,
    headers: { location: `/api${path}` },
    body: {
      request: null,
      generations: [{ generation: 1, state: 'current', subject: 'CN=Issuing CA,O=Example', issuer: 'CN=Foreign Root' }],
    },
  })
  expect(brought.body).not.toHaveProperty('warnings')
  expect(Value.Check(Authority, brought.body)).toBe(true)
  expect((await server.call('GET', `${path}/chain`)).text).toBe(pem + rootPem)
  expect((await server.call('GET', `${path}/request`)).status).toBe(404)
  expect((await bring(path, pem + rootPem)).status).toBe(409)
})

test('the certificate may come as PKCS #7, as PEM or base64, in any order', async () => {
  for (const form of ['PEM', 'DER']) {
    const { path, request } = await newSubordinate()
    await writeFile(join(folder, 'all.pem'), rootPem + (await signed(request)))
    const pkcs7 = await openssl('crl2pkcs7', '-nocrl', '-certfile', 'all.pem', '-outform', form)
    const text = form === 'PEM' ? pkcs7.toString() : pkcs7.toString('base64')
    expect((await bring(path, text)).status).toBe(201)
    expect((await server.call('DELETE', path)).status).toBe(204)
  }
})

test.each<[string, (request: string) => Promise<string>, (string | RegExp)[]]>([
  ['what is no certificate', async () => 'nonsense!', [/^certificates is neither PEM nor base64/]],
  ['base64 of something else', async () => 'AAAA', [/^certificates is no certificate/]],
  ['the root alone', async () => rootPem, [/^None of the certificates is for the key of the request/]],
  ['no chain', (request) => signed(request), [/^The certificate of CN=Foreign Root is missing/]],
  [
    'an end entity',
    async (request) => (await signed(request, 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n')) + rootPem,
    [/is no CA/, /lacks keyCertSign and cRLSign/],
  ],
  [
    'a CA that may sign no CRL',
    async (request) => (await signed(request, 'basicConstraints=CA:TRUE\nkeyUsage=keyCertSign\n')) + rootPem,
    [/lacks cRLSign/],
  ],
])('%s is 422 with every fault, and the request goes on waiting', async (_, make, faults) => {
  const { path, request } = await newSubordinate()
  const answer = await bring(path, await make(request))
  expect(answer).toMatchObject({ status: 422, body: faults.map((fault) => expect.stringMatching(fault)) })
  expect(answer.body).toHaveLength(faults.length)
  expect((await server.call('GET', `${path}/request`)).text).toBe(request)
})

test('the next key of a subordinate: request, certificate as next with RA certificates, activation', async () => {
  const { path, request } = await newSubordinate()
  await bring(path, (await signed(request)) + rootPem)
  await leadDefaultProfileTo((await server.call('GET', path)).body as Authority)
  expect(await server.call('POST', `${path}/next`, {})).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining('chancery authority request') },
  })
  const asked = await server.call('POST', `${path}/request`, {})
  expect(asked).toMatchObject({
    status: 201,
    body: { request: { subject: 'CN=Issuing CA,O=Example', keyType: 'p-256' } },
  })
  const second = (await server.call('GET', `${path}/request`)).text
  expect(second).not.toBe(request)
  const currentFrom = new Date(Date.now() + 86_400_000).toISOString()
  expect(await bring(path, (await signed(second)) + rootPem, { currentFrom: '2020-01-01T00:00:00Z' })).toMatchObject({
    status: 422,
    body: [expect.stringContaining('must lie in the future')],
  })
  const brought = await bring(path, (await signed(second)) + rootPem, { currentFrom })
  expect(brought).toMatchObject({
    status: 201,
    body: { generations: [{ state: 'current' }, { generation: 2, state: 'next', currentFrom }] },
  })
  const { issuers, raCertificates } = (await server.context.snapshots.current()).configuration
  const next = issuers.find(({ state }) => state === 'next')
  const ras = raCertificates
    .filter(({ issuerId }) => issuerId === next?.id)
    .map((one) => parseCertificate(one.certificate))
  expect(ras).toHaveLength(1)
  const nextKey = parseCertificate(next?.certificate ?? Buffer.alloc(0)).publicKey
  expect(ras.every((ra) => verifyCertificate(ra, nextKey))).toBe(true)
  expect(await server.call('POST', `${path}/request`, {})).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining('A next CA is prepared already') },
  })
  expect(await server.call('POST', `${path}/next/activate`)).toMatchObject({
    status: 200,
    body: { generations: [{ state: 'retired' }, { state: 'current' }] },
  })
  expect((await server.context.snapshots.current()).byScepProfile('default')).toHaveProperty('served')
})

test('another request destroys the key of the first only when told so', async () => {
  const { path, request } = await newSubordinate()
  expect(await server.call('POST', `${path}/request`, {})).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining('replace') },
  })
  const replaced = await server.call('POST', `${path}/request`, {
    replace: true,
    keyType: 'p-384',
    subject: 'CN=Other',
  })
  expect(replaced).toMatchObject({ status: 201, body: { request: { subject: 'CN=Other', keyType: 'p-384' } } })
  expect(await bring(path, (await signed(request)) + rootPem)).toMatchObject({
    status: 422,
    body: [expect.stringContaining('None of the certificates is for the key of the request')],
  })
  expect(await server.call('POST', `${path}/request`, { replace: true, subject: 'nobody' })).toMatchObject({
    status: 422,
  })
})

test('an existing CA is imported from PKCS #12 or PEM, with or without a password', async () => {
  const sub = await foreignSubordinate()
  await writeFile(join(folder, 'pass'), 'import password')
  await openssl(
    'pkcs12',
    '-export',
    '-inkey',
    'imp.key',
    '-in',
    'imp.pem',
    '-certfile',
    'root.pem',
    '-passout',
    'file:pass',
    '-out',
    'imp.p12',
  )
  await openssl('pkcs8', '-topk8', '-in', 'imp.key', '-passout', 'file:pass', '-out', 'imp.enc')
  const password = 'import password'
  const key = await readFile(join(folder, 'imp.key'), 'utf8')
  const encrypted = await readFile(join(folder, 'imp.enc'), 'utf8')
  const pkcs12 = (await readFile(join(folder, 'imp.p12'))).toString('base64')
  for (const given of [
    { pkcs12, password },
    { certificate: sub, chain: rootPem, privateKey: key },
    { certificate: sub + rootPem, privateKey: encrypted, password },
  ]) {
    const made = await importing(given)
    expect(made).toMatchObject({
      status: 201,
      body: {
        generations: [{ generation: 1, state: 'current', subject: 'CN=Imported', issuer: 'CN=Foreign Root' }],
        warnings: [expect.stringContaining('revoked where this CA came from')],
      },
    })
    expect(made.text).not.toContain(password)
    const { configuration } = await server.context.snapshots.current()
    expect(configuration.issuers[1]?.chain).toHaveLength(1)
    const again = await importing(given, 'again')
    expect(again).toMatchObject({ status: 422, body: [expect.stringContaining('one of this server already')] })
    expect(server.log.join('')).not.toContain(password)
    await server.call('DELETE', `/v1/authorities/${(made.body as Authority).uuid}`)
  }
})

test('what is imported is refused with every fault at once', async () => {
  const sub = await foreignSubordinate()
  const other = await readFile(join(folder, 'root.key'), 'utf8')
  const key = await readFile(join(folder, 'imp.key'), 'utf8')
  for (const [given, faults] of [
    [{}, [/needs pkcs12, or certificate and privateKey/]],
    [{ certificate: sub }, [/privateKey is missing/]],
    [{ pkcs12: 'AAAA', chain: sub }, [/chain is not of a PKCS #12 file/]],
    [{ pkcs12: 'AAAA' }, [/^ca\.import\.pkcs12 cannot be opened: it is no PKCS #12 file/]],
    [
      { certificate: 'x!', chain: 'y!', privateKey: 'z' },
      [
        /^ca\.import\.certificate is neither/,
        /^ca\.import\.chain is neither/,
        /^ca\.import\.privateKey cannot be opened/,
      ],
    ],
    [{ certificate: sub, privateKey: key }, [/CN=Foreign Root is missing/]],
    [{ certificate: sub, chain: rootPem, privateKey: other, extra: 1 }, [/"ca\.import\.extra" is not a field/]],
  ] as const) {
    const answer = await importing(given)
    expect(answer).toMatchObject({ status: 422, body: faults.map((fault) => expect.stringMatching(fault)) })
  }
})

test('a CA that is expired, weak or badly signed is refused, or warned of', async () => {
  const { privateKey: weakKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const key = softwareSigningKey(weakKey)
  const past = new Date('2020-01-01T00:00:00Z')
  const root = await selfSignedRoot({ subject: nameFromText('CN=Weak'), key, now: past, years: 1 })
  const weak = {
    certificate: encodePem('CERTIFICATE', root),
    privateKey: weakKey.export({ type: 'pkcs8', format: 'pem' }),
  }
  expect(await importing(weak)).toMatchObject({
    status: 422,
    body: [expect.stringContaining('has 1024 bits'), expect.stringContaining('CN=Weak expired on')],
  })
  const sub = await foreignSubordinate('-sha1')
  const privateKey = await readFile(join(folder, 'imp.key'), 'utf8')
  expect(await importing({ certificate: sub, chain: rootPem, privateKey })).toMatchObject({
    status: 201,
    body: { warnings: expect.arrayContaining([expect.stringContaining('signed with SHA-1')]) },
  })
})

test('an imported CA goes on with CRL numbers above its last one', async () => {
  const sub = await foreignSubordinate()
  const privateKey = await readFile(join(folder, 'imp.key'), 'utf8')
  const made = await importing({ certificate: sub, chain: rootPem, privateKey }, 'imported', { crlNumberAbove: 9e14 })
  expect(made).toMatchObject({ status: 201, body: { settings: { crlNumberAbove: 9e14 } } })
})

const importing = (given: object, name = 'imported', settings = {}) =>
  server.call('POST', '/v1/authorities', { name, settings, ca: { import: given } })

/** A CA below the foreign root whose key is in `imp.key`. */
async function foreignSubordinate(digest = '-sha256'): Promise<string> {
  await writeFile(join(folder, 'ext.cnf'), CA_EXTENSIONS)
  await openssl('req', '-new', ...EC, '-nodes', '-subj', '/CN=Imported', '-keyout', 'imp.key', '-out', 'imp.csr')
  const root = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial']
  await openssl(
    'x509',
    '-req',
    '-in',
    'imp.csr',
    digest,
    ...root,
    '-days',
    '365',
    '-extfile',
    'ext.cnf',
    '-out',
    'imp.pem',
  )
  return readFile(join(folder, 'imp.pem'), 'utf8')
}

/** An RA profile of that authority takes the place of the default one. */
async function leadDefaultProfileTo({ uuid: authorityUuid }: Authority): Promise<void> {
  const { configuration } = await server.context.snapshots.current()
  const [raProfile, scepProfile, raCertificate] = [
    configuration.raProfiles[0],
    configuration.scepProfiles[0],
    configuration.raCertificates[0],
  ]
  if (raProfile === undefined || scepProfile === undefined || raCertificate === undefined) throw new Error('no default')
  const uuid = uuidV7(new Date())
  const { id: _, authorityId: __, scepProfileId: ___, ...rules } = raProfile
  const issuer = configuration.issuers.find(({ authorityId }) => authorityId !== raProfile.authorityId)
  const outcome = await server.store.configuration.edit([
    {
      edit: 'addRaProfile',
      raProfile: {
        ...rules,
        uuid,
        name: 'issuing',
        metadata: DEFAULT_RA_PROFILE_METADATA,
        authorityUuid,
        scepProfileUuid: null,
      },
    },
    { edit: 'setScepProfile', uuid: scepProfile.uuid, change: { defaultRaProfileUuid: uuid } },
    {
      edit: 'addRaCertificate',
      raCertificate: {
        uuid: uuidV7(new Date()),
        scepProfileUuid: scepProfile.uuid,
        authorityUuid,
        generation: issuer?.generation ?? 1,
        state: 'current',
        same: 'raCertificate',
        of: raCertificate.uuid,
      },
    },
  ])
  expect(outcome.status).toBe('changed')
  await server.context.snapshots.refresh()
}
