import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Challenge, CreatedChallenge } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, type ScriptedAnswer, type SeenRequest, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'
import { parseCsv } from './csv.ts'

const uuid = '019a0000-0000-7000-8000-000000000001'
const path = `/api/v1/scepProfiles/${uuid}/challenges`

const created = (number: number): CreatedChallenge => ({
  uuid: `019a0000-0000-7000-8000-00000000010${number}`,
  challenge: `CHALLENGE-${number}`,
  scepProfile: 'default',
  uses: 1,
  expiresAt: '2026-06-01T13:00:00.000Z',
  subject: `CN=printer${number},O=Example`,
  subjectAltNames: [`DNS:printer${number}.example`],
  scepUrl: 'http://127.0.0.1:8080/api/v1/protocols/scep/default/pkiclient.exe',
  caFingerprint: 'ab'.repeat(32),
})

const listed = (number: number): Challenge => ({
  uuid: created(number).uuid,
  scepProfile: 'default',
  state: 'used',
  uses: 1,
  remainingUses: 0,
  subject: null,
  subjectAltNames: [],
  createdAt: '2026-06-01T12:00:00.000Z',
  expiresAt: '2026-06-01T13:00:00.000Z',
  revokedAt: null,
  maker: 'mdm\u001b[2J',
  origin: 'ndes-page',
  usedBy: [
    {
      transaction: 't-1',
      use: 'spent',
      at: '2026-06-01T12:30:00.000Z',
      endpoint: 'scepProfile/default',
      certificateUuid: 'c-1',
    },
  ],
})

let dataDir: string
let server: MockServer
const answers = new Map<string, (request: SeenRequest) => ScriptedAnswer>()
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  answers.clear()
  server = await startMockServer(
    (request) => {
      const [address = ''] = request.path.split('?')
      if (address === '/api/v1/scepProfiles') return { body: JSON.stringify([{ uuid, name: 'default' }]) }
      return answers.get(`${request.method} ${request.path}`)?.(request) ?? { status: 404, body: '{"message":"none"}' }
    },
    join(dataDir, 'admin.sock'),
  )
})
afterEach(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

const terminal = () => testTerminal({ env: { CHANCERY_DATA_DIR: dataDir } })
const sent = () => JSON.parse(String(server.seen.at(-1)?.body))

function makes(...numbers: number[]): void {
  answers.set(`POST ${path}/bulk`, () => ({ status: 201, body: JSON.stringify(numbers.map(created)) }))
}

test('--count makes so many in one call, a line each on standard output', async () => {
  makes(1, 2)
  const screen = terminal()
  expect(await run(['challenge', 'create', '--count', '2', '--uses', '3', '--ttl', '1d'], screen)).toBe(0)
  expect(sent()).toEqual(Array.from({ length: 2 }, () => ({ uses: 3, ttlSeconds: 86_400 })))
  expect(screen.stdout()).toBe(
    'CHALLENGE-1  CN=printer1,O=Example  DNS:printer1.example\nCHALLENGE-2  CN=printer2,O=Example  DNS:printer2.example\n',
  )
  expect(screen.stderr()).toContain(created(1).scepUrl)
})

test('--from makes one for each subject of a file, and --csv prints what came of it', async () => {
  makes(1, 2)
  const file = join(dataDir, 'printers.csv')
  writeFileSync(
    file,
    'subject,subjectAltNames\n"CN=printer1,O=Example",DNS:printer1.example\n"CN=printer2,O=Example",\n',
  )
  const screen = terminal()
  expect(await run(['challenge', 'create', '--from', file, '--csv'], screen)).toBe(0)
  expect(sent()).toEqual([
    { uses: 1, ttlSeconds: 3600, subject: 'CN=printer1,O=Example', subjectAltNames: ['DNS:printer1.example'] },
    { uses: 1, ttlSeconds: 3600, subject: 'CN=printer2,O=Example' },
  ])
  const [header, first] = parseCsv(screen.stdout())
  expect(header).toEqual([
    'challenge',
    'subject',
    'subjectAltNames',
    'uses',
    'expiresAt',
    'uuid',
    'scepUrl',
    'caFingerprint',
  ])
  expect(first?.slice(0, 3)).toEqual(['CHALLENGE-1', 'CN=printer1,O=Example', 'DNS:printer1.example'])
})

test('--json prints the list as the server gave it, and nothing beside it', async () => {
  makes(1)
  const screen = terminal()
  expect(await run(['challenge', 'create', '--count', '1', '--json'], screen)).toBe(0)
  expect(JSON.parse(screen.stdout())).toEqual([created(1)])
})

test('what contradicts itself, or is more than one call makes, is told before anything is asked', async () => {
  const file = join(dataDir, 'many')
  writeFileSync(file, Array.from({ length: 1001 }, (_, at) => `CN=printer${at}\n`).join(''))
  for (const [args, sentence] of [
    [['--from', file], 'There are 1001 subjects'],
    [['--from', file, '--count', '3'], 'leave out --count'],
    [['--from', file, '--subject', 'CN=a'], 'leave out --count'],
    [['--count', '0'], '--count wants'],
    [['--count', '1001'], '--count wants'],
    [['--from', join(dataDir, 'nothing')], 'no such file'],
  ] as const) {
    const screen = terminal()
    expect(await run(['challenge', 'create', ...args], screen)).toBe(1)
    expect(screen.stderr()).toContain(sentence)
  }
  expect(server.seen).toEqual([])
})

test('list follows the pages up to its limit, a line each, and says when there are more', async () => {
  answers.set(`GET ${path}`, ({ query }) =>
    query.includes('cursor=second')
      ? { body: JSON.stringify({ challenges: [listed(3)], nextCursor: 'third' }) }
      : { body: JSON.stringify({ challenges: [listed(1), listed(2)], nextCursor: 'second' }) },
  )
  const screen = terminal()
  expect(await run(['challenge', 'list', '--limit', '3', '--state', 'used'], screen)).toBe(0)
  expect(server.seen.slice(1).map(({ query }) => query)).toEqual([
    'itemsPerPage=3&state=used',
    'itemsPerPage=1&state=used&cursor=second',
  ])
  expect(screen.stdout().split('\n')).toHaveLength(4)
  expect(screen.stdout()).toContain(
    `${listed(1).uuid}  used         0/1  2026-06-01T13:00:00.000Z  any subject, by mdm [2J`,
  )
  expect(screen.stderr()).toContain('There are more')
})

test('show tells who used it', async () => {
  answers.set(`GET ${path}/${listed(1).uuid}`, () => ({ body: JSON.stringify(listed(1)) }))
  const screen = terminal()
  expect(await run(['challenge', 'show', listed(1).uuid], screen)).toBe(0)
  expect(screen.stdout()).toContain(
    'used by   t-1 at scepProfile/default, spent 2026-06-01T12:30:00.000Z, certificate c-1',
  )
  expect(screen.stdout()).toContain('on the NDES page')
  const json = terminal()
  await run(['challenge', 'show', listed(1).uuid, '--json'], json)
  expect(JSON.parse(json.stdout())).toEqual(listed(1))
})

test('revoke withdraws it, and an unknown one is told', async () => {
  answers.set(`DELETE ${path}/${listed(1).uuid}`, () => ({ status: 204 }))
  const screen = terminal()
  expect(await run(['challenge', 'revoke', listed(1).uuid], screen)).toBe(0)
  expect(screen.stdout()).toBe('')
  expect(screen.stderr()).toContain('revoked')
  expect(await run(['challenge', 'revoke', listed(2).uuid], terminal())).toBe(1)
})
