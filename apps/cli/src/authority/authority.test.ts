import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Authority, AuthorityStatus, Generation } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const NOW = new Date('2026-11-25T09:00:00Z')
const uuid = '019a0000-0000-7000-8000-000000000001'
const current: Generation = {
  generation: 1,
  state: 'current',
  subject: 'CN=CA\u001b[31m',
  issuer: 'CN=CA',
  serialNumber: '4a0b',
  fingerprint: 'ab'.repeat(32),
  keyType: 'rsa-3072',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2036-01-01T00:00:00.000Z',
  currentFrom: null,
  pem: '-----BEGIN CERTIFICATE-----',
}
const next: Generation = { ...current, generation: 2, state: 'next', currentFrom: '2027-03-01T02:00:00.000Z' }
const authority: Authority = {
  uuid,
  name: 'default',
  kind: 'built-in',
  description: null,
  enabled: true,
  settings: { crlUrl: 'auto', crlValidityDays: 7 },
  secretsSet: [],
  request: null,
  generations: [current, next],
}

const elsewhere: Authority = {
  ...authority,
  name: 'elsewhere',
  kind: 'scep',
  settings: { url: 'http://ca.example/scep', known: { certificates: [], capabilities: [] } },
  generations: [current],
}
const status: AuthorityStatus = {
  reachable: false,
  trouble: 'The SCEP server http://ca.example/scep does not answer: HTTP 502.',
  openOrders: 3,
  pendingOrders: 1,
  oldestOrder: '2026-11-24T08:00:00.000Z',
  lastTrouble: null,
}

let dataDir: string
let server: MockServer
let authorities: Authority[]
let refusal: string | undefined
beforeEach(async () => {
  refusal = undefined
  authorities = [authority]
  dataDir = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  server = await startMockServer(
    ({ method, path }) => {
      if (path.endsWith('/status')) return { body: JSON.stringify(status) }
      if (method === 'GET') return { body: JSON.stringify(authorities) }
      if (refusal !== undefined) return { status: 409, body: JSON.stringify({ message: refusal }) }
      return { status: path.endsWith('/next') && method === 'POST' ? 201 : 200, body: JSON.stringify(authority) }
    },
    join(dataDir, 'admin.sock'),
  )
})
afterEach(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

const terminal = () => testTerminal({ env: { CHANCERY_DATA_DIR: dataDir }, now: NOW })
const changes = () =>
  server.seen
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, body }) => [method, path.split(uuid)[1], body.length === 0 ? '' : JSON.parse(String(body))])

test('list has a line for each authority, with its next CA', async () => {
  const shown = terminal()
  expect(await run(['authority', 'list'], shown)).toBe(0)
  expect(shown.stdout()).toMatch(
    /^default {2}CN=CA .*until 2036-01-01T00:00:00.000Z {2}next CA on 2027-03-01T02:00:00.000Z\n$/,
  )
})

test('show asks whether an authority in another house answers, and says what is ordered there', async () => {
  authorities = [elsewhere]
  const shown = terminal()
  expect(await run(['authority', 'show', 'elsewhere'], shown)).toBe(0)
  expect(shown.stdout()).toMatch(
    /^answers +no: The SCEP server http:\/\/ca.example\/scep does not answer: HTTP 502\.$/m,
  )
  expect(shown.stdout()).toMatch(/^ordered +3, of which 1 are decided upon there$/m)
  expect(shown.stdout()).toMatch(/^oldest +2026-11-24T08:00:00.000Z$/m)
})

test('settings that the server keeps for itself are not shown among those that people set', async () => {
  authorities = [elsewhere]
  const shown = terminal()
  expect(await run(['authority', 'show', 'elsewhere'], shown)).toBe(0)
  expect(shown.stdout()).toContain('url=http://ca.example/scep')
  expect(shown.stdout()).not.toContain('known')
})

test('show prints every generation with its state and fingerprint, and nothing that a terminal would obey', async () => {
  const shown = terminal()
  expect(await run(['authority', 'show'], shown)).toBe(0)
  expect(shown.stdout()).toMatch(/^generation +1, current: issues$/m)
  expect(shown.stdout()).toMatch(/^generation +2, next: prepared/m)
  expect(shown.stdout()).toMatch(/^takes over +on 2027-03-01T02:00:00.000Z$/m)
  expect(shown.stdout()).toContain('ab'.repeat(32))
  expect(shown.stdout()).not.toContain('\u001b')
})

test('prepare-next sends what is named and nothing else', async () => {
  expect(await run(['authority', 'prepare-next'], terminal())).toBe(0)
  const options = ['--key', 'p-384', '--years', '15', '--from', '90d']
  expect(await run(['authority', 'prepare-next', 'default', ...options], terminal())).toBe(0)
  expect(changes()).toEqual([
    ['POST', '/next', {}],
    ['POST', '/next', { keyType: 'p-384', validityYears: 15, currentFrom: '2027-02-23T09:00:00.000Z' }],
  ])
})

test.each([
  ['--key', 'rsa-1024'],
  ['--years', 'ten'],
  ['--from', 'soon'],
])('prepare-next %s %s is wrong usage, and nobody is asked', async (...option) => {
  expect(await run(['authority', 'prepare-next', ...option], terminal())).toBe(1)
  expect(server.seen).toEqual([])
})

test('activate-next and withdraw-next ask for it and print what became of it', async () => {
  for (const verb of ['activate-next', 'withdraw-next']) {
    const shown = terminal()
    expect(await run(['authority', verb, '--json'], shown)).toBe(0)
    expect(JSON.parse(shown.stdout())).toEqual(authority)
  }
  expect(changes()).toEqual([
    ['POST', '/next/activate', ''],
    ['DELETE', '/next', ''],
  ])
})

test('a refusal is told in the words of the server', async () => {
  refusal = 'Authority "default" has no next CA. Prepare one first.'
  const shown = terminal()
  expect(await run(['authority', 'activate-next'], shown)).toBe(1)
  expect(shown.stderr()).toContain(refusal)
})

test('an authority that is not there is named with those there are', async () => {
  for (const verb of ['show', 'prepare-next', 'activate-next', 'withdraw-next']) {
    const shown = terminal()
    expect(await run(['authority', verb, 'factory'], shown)).toBe(1)
    expect(shown.stderr()).toContain('There are: default.')
  }
  expect(changes()).toEqual([])
})

test('every verb has its help with examples', async () => {
  for (const verb of ['list', 'show', 'prepare-next', 'activate-next', 'withdraw-next']) {
    const shown = terminal()
    expect(await run(['authority', verb, '--help'], shown)).toBe(0)
    expect(shown.stdout()).toContain('Examples:')
    expect(shown.stdout()).toContain('--json')
  }
})
