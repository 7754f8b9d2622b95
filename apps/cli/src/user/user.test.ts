import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Session, User } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, type SeenRequest, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const uuid = '019a0000-0000-7000-8000-000000000001'
const alice: User = {
  uuid,
  name: 'alice',
  displayName: 'Alice\u001b[31m',
  email: null,
  grants: [{ role: 'operator', scope: { scepProfiles: ['printers'], raProfiles: [] } }],
  enabled: true,
  hasPassword: false,
  identityIssuer: null,
  createdAt: '2026-03-01T12:00:00.000Z',
  lastSignInAt: null,
  deletedAt: null,
}
const session: Session = {
  uuid,
  user: 'alice',
  method: 'password',
  state: 'live',
  source: '192.0.2.1',
  userAgent: null,
  createdAt: '2026-03-01T12:00:00.000Z',
  expiresAt: '2026-03-02T00:00:00.000Z',
  lastUsedAt: '2026-03-01T12:00:00.000Z',
  revokedAt: null,
}
const link = { token: 'TOKEN', url: 'http://127.0.0.1:8080/sign-in#TOKEN', expiresAt: '2026-03-02T12:00:00.000Z' }

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

function answer({ path, query, method }: SeenRequest) {
  if (method === 'DELETE' || path.endsWith('/password')) return { status: 204, body: '' }
  if (path.endsWith('/signInLink')) return { body: JSON.stringify(link) }
  if (path.endsWith('/sessions')) return { body: JSON.stringify({ sessions: [session], nextCursor: 'next' }) }
  if (method === 'POST') return { status: 201, body: JSON.stringify(alice) }
  if (method === 'PUT' || path.includes(uuid)) return { body: JSON.stringify(alice) }
  return { body: JSON.stringify({ users: query.includes('name=nobody') ? [] : [alice], nextCursor: null }) }
}

async function shown(args: readonly string[], stdin = '') {
  const terminal = testTerminal({ env: { CHANCERY_DATA_DIR: dataDir }, stdin })
  const code = await run([...args], terminal)
  return { code, out: terminal.stdout(), err: terminal.stderr() }
}
const sent = () => {
  const last = server.seen.at(-1)
  const body = String(last?.body)
  return [last?.method, last?.path, body === '' ? undefined : JSON.parse(body)]
}

test('link prints the link alone, and how long it is good beside it', async () => {
  const { code, out, err } = await shown(['user', 'link', 'alice'])
  expect([code, out]).toEqual([0, `${link.url}\n`])
  expect(err).toContain('until 2026-03-02T12:00:00.000Z')
  expect(JSON.parse((await shown(['user', 'link', 'alice', '--json'])).out)).toEqual(link)
})

test.each([
  [
    ['create', 'alice', '--role', 'viewer'],
    ['POST', '/api/v1/users', { name: 'alice', grants: [{ role: 'viewer' }] }],
  ],
  [
    ['create', 'alice', '--role', 'operator', '--scep-profile', 'printers', '--email', 'a@b.test'],
    ['POST', '/api/v1/users', { name: 'alice', grants: alice.grants, email: 'a@b.test' }],
  ],
  [
    ['set', 'alice', '--disable'],
    ['PUT', `/api/v1/users/${uuid}`, { enabled: false }],
  ],
  [
    ['set', 'alice', '--role', 'viewer', '--email', ''],
    ['PUT', `/api/v1/users/${uuid}`, { grants: [{ role: 'viewer' }], email: null }],
  ],
  [
    ['password', 'alice', '--none'],
    ['PUT', `/api/v1/users/${uuid}/password`, { password: null }],
  ],
])('user %j sends what it says', async (args, expected) => {
  expect((await shown(['user', ...args])).code).toBe(0)
  expect(sent()).toEqual(expected)
})

test('delete deletes, and tells who is gone', async () => {
  const { out } = await shown(['user', 'delete', 'alice'])
  expect(out).toBe(`deleted: alice (${uuid})\n`)
  expect(server.seen.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'GET'])
})

test('a password comes from a file or standard input, and is shown nowhere', async () => {
  const file = join(dataDir, 'password')
  writeFileSync(file, 'from the file it comes\n')
  for (const [source, password] of [
    [file, 'from the file it comes'],
    ['-', 'from standard input'],
  ] as const) {
    const { code, out, err } = await shown(['user', 'password', 'alice', '--file', source], 'from standard input\n')
    expect(code).toBe(0)
    expect(sent()).toEqual(['PUT', `/api/v1/users/${uuid}/password`, { password }])
    expect(out + err).not.toContain(password)
  }
})

test('list and show say what a user may do, without a control character of somebody else’s', async () => {
  expect((await shown(['user', 'list'])).out).toMatch(
    /^alice +operator \(scep:printers\) +enabled +nothing yet +never/m,
  )
  const { out } = await shown(['user', 'show', 'alice'])
  expect(out).toMatch(/^may +operator \(scep:printers\)$/m)
  expect(out).not.toContain('\u001b')
})

test.each([
  [['user', 'show', 'nobody'], 'There is no user "nobody".'],
  [['user', 'create', 'alice'], 'Give --role'],
  [['user', 'create', 'alice', '--role', 'root'], 'Allowed choices'],
  [['user', 'set', 'alice'], 'nothing to change'],
  [['user', 'set', 'alice', '--enable', '--disable'], 'not both'],
  [['user', 'set', 'alice', '--scep-profile', 'printers'], 'Give --role'],
  [['user', 'password', 'alice'], 'Give --file or --none.'],
  [['user', 'password', 'alice', '--file', '/nowhere/at/all'], 'cannot be read'],
  [['session', 'revoke'], 'Give the UUID of a session'],
  [['session', 'revoke', uuid, '--user', 'alice'], 'Give the UUID of a session'],
])('%j changes nothing and says why', async (args, sentence) => {
  const { code, err } = await shown(args)
  expect([code, err]).toEqual([1, expect.stringContaining(sentence)])
  expect(server.seen.filter(({ method }) => method !== 'GET')).toEqual([])
})

test('session list prints who is signed in from where, and how to go on', async () => {
  const { out, err } = await shown(['session', 'list', '--user', 'alice', '--all'])
  expect(server.seen.at(-1)?.query).toBe('itemsPerPage=100&user=alice&ended=true')
  expect(out).toMatch(/^alice +live +password +192\.0\.2\.1 /m)
  expect(err).toBe('There are more: chancery session list --cursor next\n')
})

test('session revoke ends one, or all of a user', async () => {
  expect((await shown(['session', 'revoke', uuid])).out).toBe(`ended: ${uuid}\n`)
  expect(sent().slice(0, 2)).toEqual(['DELETE', `/api/v1/sessions/${uuid}`])
  expect((await shown(['session', 'revoke', '--user', 'alice'])).out).toBe('ended: all of alice\n')
  expect(sent().slice(0, 2)).toEqual(['DELETE', `/api/v1/users/${uuid}/sessions`])
})
