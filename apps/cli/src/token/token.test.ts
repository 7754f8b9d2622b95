import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewToken, Token } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, type SeenRequest, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'
import { tokenTable } from './lines.ts'

const uuid = '019a0000-0000-7000-8000-000000000001'
const TEXT = 'chy_000000000000000000000000000000004JAH9Z'
const usable: Token = {
  uuid,
  name: 'ci',
  role: 'enroller',
  scope: null,
  state: 'usable',
  maker: 'local socket',
  createdAt: '2026-03-01T12:00:00.000Z',
  expiresAt: '2026-05-30T12:00:00.000Z',
  revokedAt: null,
  lastUsedAt: '2026-03-02T08:15:30.000Z',
}
const former: Token = {
  ...usable,
  uuid: '019a0000-0000-7000-8000-000000000002',
  state: 'revoked',
  expiresAt: null,
  revokedAt: '2026-02-01T00:00:00.000Z',
  lastUsedAt: null,
}

let dataDir: string
let server: MockServer
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  server = await startMockServer(answer, join(dataDir, 'admin.sock'))
})
afterEach(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

function answer({ path, method, body }: SeenRequest) {
  if (method === 'DELETE') return { status: 204, body: '' }
  if (method === 'POST') {
    const { ttlSeconds, scope = null } = JSON.parse(String(body)) as Pick<NewToken, 'ttlSeconds' | 'scope'>
    const created = { ...usable, token: TEXT, scope, ...(ttlSeconds === null && { expiresAt: null }) }
    return { status: 201, body: JSON.stringify(created) }
  }
  return { body: JSON.stringify(path.endsWith('/tokens') ? [former, usable] : { ...usable, state: 'revoked' }) }
}

const terminal = () => testTerminal({ env: { CHANCERY_DATA_DIR: dataDir } })
const sent = (method: string) => server.seen.filter((one) => one.method === method)

test.each([
  [['--ttl', '30d'], { ttlSeconds: 30 * 86_400 }, 'until 2026-05-30T12:00:00.000Z'],
  [['--no-expiry'], { ttlSeconds: null }, 'until it is revoked'],
  [[], {}, 'until 2026-05-30T12:00:00.000Z'],
])('create %j prints the token alone, and the rest for people beside it', async (args, life, until) => {
  const shown = terminal()
  expect(await run(['token', 'create', 'ci', '--role', 'enroller', ...args], shown)).toBe(0)
  expect(shown.stdout()).toBe(`${TEXT}\n`)
  expect(JSON.parse(String(sent('POST')[0]?.body))).toEqual({ name: 'ci', role: 'enroller', ...life })
  expect(shown.stderr()).toContain(`"ci" of role enroller (may make, list and revoke challenges) is good ${until}.`)
  expect(shown.stderr()).not.toContain(TEXT)
})

test('create for some profiles says so in the request, beside the token and in the list', async () => {
  const shown = terminal()
  const args = ['--scep-profile', 'printers', 'phones', '--ra-profile', 'tls']
  expect(await run(['token', 'create', 'ci', '--role', 'enroller', ...args], shown)).toBe(0)
  const scope = { scepProfiles: ['printers', 'phones'], raProfiles: ['tls'] }
  expect(JSON.parse(String(sent('POST')[0]?.body))).toMatchObject({ scope })
  expect(shown.stderr()).toContain('is good for scep:printers scep:phones ra:tls, until')
  expect(tokenTable([{ ...usable, scope }])[1]).toMatch(/^ci +enroller +scep:printers scep:phones ra:tls +usable/)
})

test('create --json prints the whole answer', async () => {
  const shown = terminal()
  expect(await run(['token', 'create', 'ci', '--role', 'enroller', '--json'], shown)).toBe(0)
  expect(JSON.parse(shown.stdout())).toEqual({ ...usable, token: TEXT })
  expect(shown.stderr()).toBe('')
})

test.each([
  [['ci'], '--role'],
  [['ci', '--role', 'root'], 'administrator, auditor, approver, operator, viewer, enroller'],
  [['ci', '--role', 'auditor', '--ttl', 'soon'], 'not a duration'],
  [['ci', '--role', 'auditor', '--ttl', '7d', '--no-expiry'], 'not both'],
])('create %j asks for nothing and says why', async (args, sentence) => {
  const shown = terminal()
  expect(await run(['token', 'create', ...args], shown)).toBe(1)
  expect(shown.stderr()).toContain(sentence)
  expect(server.seen).toEqual([])
})

test('create --help says what the roles may do', async () => {
  const shown = terminal()
  expect(await run(['token', 'create', '--help'], shown)).toBe(0)
  expect(shown.stdout()).toMatch(
    /^ {2}approver +may read services and certificates, and decide about requests that wait$/m,
  )
})

test('list prints a table of those that open something, and says how many do not', async () => {
  const shown = terminal()
  expect(await run(['token', 'list'], shown)).toBe(0)
  const lines = shown.stdout().trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^NAME +ROLE +PROFILES +STATE +EXPIRES +LAST USED +MADE BY +UUID$/)
  expect(lines[1]).toMatch(/^ci +enroller +all +usable +2026-05-30T12:00Z +2026-03-02T08:15Z +local socket +019a/)
  expect(shown.stderr()).toBe('1 more are expired or revoked: chancery token list --all\n')
})

test('list --all shows those that are over too, and --json says the same to scripts', async () => {
  const shown = terminal()
  expect(await run(['token', 'list', '--all'], shown)).toBe(0)
  expect(shown.stdout()).toMatch(/^ci +enroller +all +revoked +never +never /m)
  const json = terminal()
  await run(['token', 'list', '--json'], json)
  expect(JSON.parse(json.stdout())).toEqual([usable])
})

test.each([['ci'], [uuid]])('revoke %s revokes the one that is not revoked yet', async (which) => {
  const shown = terminal()
  expect(await run(['token', 'revoke', which], shown)).toBe(0)
  expect(sent('DELETE').map(({ path }) => path)).toEqual([`/api/v1/tokens/${uuid}`])
  expect(shown.stdout()).toBe(`revoked: ci (${uuid})\n`)
})

test('revoke of a name that nobody has says so', async () => {
  const shown = terminal()
  expect(await run(['token', 'revoke', 'nobody'], shown)).toBe(1)
  expect(shown.stderr()).toContain('There is no token "nobody" that is not revoked.')
  expect(sent('DELETE')).toEqual([])
})
