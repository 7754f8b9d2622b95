import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const uuid = '019a0000-0000-7000-8000-000000000001'
const authority = {
  uuid,
  name: 'plant',
  kind: 'built-in',
  description: 'of the plant',
  enabled: false,
  settings: { crlUrl: 'auto', crlValidityDays: 7 },
  secretsSet: ['password'],
  request: { subject: 'CN=Plant', keyType: 'p-256' },
  generations: [],
  warnings: ['It is signed with SHA-1.'],
}
const properties = {
  crlUrl: { type: 'string' },
  crlValidityDays: { type: 'integer', rule: 'must be a whole number of days' },
  password: { type: 'string', writeOnly: true },
}
const kinds = [{ kind: 'built-in', title: 'x', meaning: 'x', settings: { type: 'object', properties } }]

let dataDir: string
let server: MockServer
let consequences: string[]
beforeEach(async () => {
  consequences = []
  dataDir = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  server = await startMockServer(
    ({ method, path, query }) => {
      if (path.endsWith('/authorityKinds')) return { body: JSON.stringify(kinds) }
      if (query === 'dryRun=true') return { body: JSON.stringify({ consequences }) }
      if (method === 'PATCH' || method === 'DELETE') return { status: 204, body: '' }
      if (method === 'GET' && /\/(request|chain)$/.test(path)) return { body: '-----BEGIN X-----\n' }
      if (method === 'GET') return { body: JSON.stringify(path.endsWith('/authorities') ? [authority] : authority) }
      return { status: method === 'POST' ? 201 : 200, body: JSON.stringify(authority) }
    },
    join(dataDir, 'admin.sock'),
  )
})
afterEach(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

const terminal = (stdin?: string) =>
  testTerminal({ env: { CHANCERY_DATA_DIR: dataDir }, ...(stdin !== undefined && { stdin }) })
const changes = () =>
  server.seen
    .filter(({ method, query }) => method !== 'GET' && query === '')
    .map(({ method, path, body }) => [
      method,
      path.split(`/v1/authorities`)[1]?.replace(uuid, 'uuid'),
      body.length === 0 ? '' : JSON.parse(String(body)),
    ])
const file = (name: string, contents: string | Buffer) => {
  writeFileSync(join(dataDir, name), contents)
  return join(dataDir, name)
}

test('create sends what is named: a root, a subordinate, files with the password from standard input', async () => {
  const verb = ['authority', 'create', 'plant']
  const root = [
    '--root',
    '--subject',
    'CN=Plant',
    '--key',
    'p-384',
    '--years',
    '20',
    '--path-length',
    '1',
    '--disabled',
  ]
  expect(await run([...verb, ...root], terminal())).toBe(0)
  const shown = terminal()
  const subordinate = ['--subordinate', '--subject', 'CN=Sub', '--setting', 'crlValidityDays=3', '--description', 'x']
  expect(await run([...verb, ...subordinate], shown)).toBe(0)
  expect(shown.stderr()).toContain('"chancery authority request plant" prints the request')
  expect(shown.stderr()).toContain('warning: It is signed with SHA-1.')
  const p12 = file('ca.p12', Buffer.from([1, 2, 3]))
  expect(await run([...verb, '--pkcs12', p12, '--password-file', '-'], terminal('secret\n'))).toBe(0)
  const pem = [
    '--pem',
    file('ca.pem', 'cert'),
    '--chain',
    file('up.pem', 'up'),
    '--private-key',
    file('key.pem', 'key'),
  ]
  expect(await run([...verb, ...pem], terminal())).toBe(0)
  const made = { name: 'plant', kind: 'built-in' }
  expect(changes()).toEqual([
    [
      'POST',
      '',
      {
        ...made,
        enabled: false,
        ca: { create: 'root', subject: 'CN=Plant', keyType: 'p-384', validityYears: 20, pathLength: 1 },
      },
    ],
    [
      'POST',
      '',
      { ...made, description: 'x', settings: { crlValidityDays: 3 }, ca: { create: 'subordinate', subject: 'CN=Sub' } },
    ],
    ['POST', '', { ...made, ca: { import: { pkcs12: 'AQID', password: 'secret' } } }],
    ['POST', '', { ...made, ca: { import: { certificate: 'cert', chain: 'up', privateKey: 'key' } } }],
  ])
})

test('set changes the settings that are named, and a secret comes from a file', async () => {
  const settings = ['--setting', 'crlValidityDays=', 'crlUrl=off', '--secret', `password=${file('p', 'secret\n')}`]
  expect(await run(['authority', 'set', 'plant', ...settings], terminal())).toBe(0)
  expect(await run(['authority', 'set', 'plant', '--description', ''], terminal())).toBe(0)
  expect(changes()).toEqual([
    ['PUT', '/uuid', { settings: { crlUrl: 'off', password: 'secret' } }],
    ['PUT', '/uuid', { description: null }],
  ])
})

test.each([
  [['create', 'x', '--root', '--subordinate'], '--root and --subordinate exclude each other'],
  [['create', 'x', '--root', '--years', 'ten'], '--years wants a whole number'],
  [['create', 'x', '--pkcs12', '/nowhere'], '/nowhere cannot be read'],
  [['set', 'plant', '--setting', 'colour=red'], 'have no setting "colour"'],
  [['set', 'plant', '--setting', 'crlUrl'], 'wants a value'],
  [['set', 'plant', '--setting', 'crlValidityDays=x'], 'crlValidityDays must be a whole number of days.'],
  [['set', 'plant', '--setting', 'password=hidden-thing'], 'password is a secret'],
  [['set', 'plant', '--secret', 'crlUrl=/f'], 'crlUrl is no secret'],
  [['create', 'x', '--kind', 'acme', '--setting', 'a=b'], 'There is no kind of authority "acme"'],
  [['certify', '/nowhere'], '/nowhere cannot be read'],
])('%j is wrong usage, told in a sentence', async (args, sentence) => {
  const shown = terminal()
  expect(await run(['authority', ...args], shown)).toBe(1)
  expect(shown.stderr()).toContain(sentence)
  expect(shown.stderr()).not.toContain('hidden-thing')
  expect(changes()).toEqual([])
})

test('request prints what waits, and makes one only when told to', async () => {
  const shown = terminal()
  expect(await run(['authority', 'request', 'plant'], shown)).toBe(0)
  expect(shown.stdout()).toBe('-----BEGIN X-----\n')
  const made = ['--new', '--replace', '--key', 'p-256', '--subject', 'CN=Next']
  expect(await run(['authority', 'request', 'plant', ...made], terminal())).toBe(0)
  expect(changes()).toEqual([['POST', '/uuid/request', { subject: 'CN=Next', keyType: 'p-256', replace: true }]])
})

test('certify sends PEM as it is, DER as PEM, and two files as one text', async () => {
  const certify = (...args: string[]) => run(['authority', 'certify', ...args, '--authority', 'plant'], terminal())
  const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'
  const der = file('der', Buffer.from('3003020101', 'hex'))
  const pkcs7 = file('p7', Buffer.from('300406022a03', 'hex'))
  expect(await certify(file('pem', pem), '--chain', der)).toBe(0)
  expect(await certify(pkcs7)).toBe(0)
  expect(await certify(file('text', 'nonsense'))).toBe(1)
  expect(changes()).toEqual([
    ['POST', '/uuid/certificate', { certificates: expect.stringMatching(/AA==.*-----BEGIN CERTIFICATE-----\nMAMC/s) }],
    ['POST', '/uuid/certificate', { certificates: expect.stringContaining('-----BEGIN PKCS7-----') }],
  ])
})

test('disable and delete tell what it means, and want --yes then', async () => {
  consequences = ['Devices are refused.']
  for (const verb of ['disable', 'delete']) {
    const shown = terminal()
    expect(await run(['authority', verb, 'plant'], shown)).toBe(1)
    expect(shown.stderr()).toContain('Devices are refused.')
    expect(shown.stderr()).toContain('--yes')
  }
  expect(changes()).toEqual([])
  for (const verb of ['disable', 'delete']) expect(await run(['authority', verb, 'plant', '--yes'], terminal())).toBe(0)
  expect(await run(['authority', 'enable', 'plant'], terminal())).toBe(0)
  expect(changes().map(([method, path]) => [method, path])).toEqual([
    ['PATCH', '/uuid/disable'],
    ['DELETE', '/uuid'],
    ['PATCH', '/uuid/enable'],
  ])
})

test('show and list have state, settings and what waits; of secrets only that they are set', async () => {
  const shown = terminal()
  expect(await run(['authority', 'show', 'plant'], shown)).toBe(0)
  for (const line of [
    /^enabled +no: devices are refused$/m,
    /^note +of the plant$/m,
    /^setting +crlValidityDays=7$/m,
    /^secret +password is set$/m,
    /^request +CN=Plant, p-256: waits for its certificate$/m,
  ]) {
    expect(shown.stdout()).toMatch(line)
  }
  const list = terminal()
  expect(await run(['authority', 'list'], list)).toBe(0)
  expect(list.stdout()).toBe('plant  no current CA  disabled  a request waits for its certificate\n')
  const chain = terminal()
  expect(await run(['authority', 'chain', 'plant'], chain)).toBe(0)
  expect(chain.stdout()).toBe('-----BEGIN X-----\n')
})

test('every verb has its help with examples', async () => {
  for (const verb of ['create', 'set', 'request', 'certify', 'chain', 'enable', 'disable', 'delete']) {
    const shown = terminal()
    expect(await run(['authority', verb, '--help'], shown)).toBe(0)
    expect(shown.stdout()).toContain('Examples:')
    expect(shown.stdout()).toContain('--json')
  }
})
