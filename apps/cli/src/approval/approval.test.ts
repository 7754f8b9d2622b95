import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Approval } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, type SeenRequest, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const uuid = '019a0000-0000-7000-8000-000000000001'
const csrFingerprint = 'ab'.repeat(32)
const waiting: Approval = {
  uuid,
  state: 'waiting',
  kind: 'renewal',
  subject: 'CN=device1\u001b[31m',
  transactionId: 'T-1',
  endpoint: 'scepProfile/default',
  scepProfile: 'default',
  raProfile: 'default',
  authenticated: true,
  requestedBy: null,
  source: '192.0.2.7',
  since: '2026-03-01T12:00:00.000Z',
  expiresAt: '2026-03-15T12:00:00.000Z',
  requested: {
    subjectAltNames: ['DNS:device1.example'],
    key: 'RSA 2048',
    keyFingerprint: 'cd'.repeat(32),
    csrFingerprint,
  },
  renews: {
    uuid: '019a0000-0000-7000-8000-000000000002',
    state: 'issued',
    subject: 'CN=device1',
    serialNumber: '4a0b',
    notAfter: '2026-04-01T00:00:00.000Z',
    fingerprint: 'ef'.repeat(32),
    differences: ['The key is a new one.', 'DNS:old.example is dropped.'],
  },
  certificateUuid: null,
  reason: null,
  approvalsGiven: [],
  approvalsNeeded: 1,
  approvalRole: null,
  decision: null,
}
const decided: Approval = {
  ...waiting,
  state: 'denied',
  requested: null,
  renews: null,
  reason: 'enrolment_refused',
  decision: { decision: 'rejected', by: 'local socket', at: '2026-03-02T12:00:00.000Z', comment: 'not ours' },
}

let dataDir: string
let server: MockServer
let lists: Record<string, Approval[]>
let one: Approval
/** Answer to a decision. */
let agreed: Approval
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  lists = { true: [waiting], false: [] }
  one = waiting
  agreed = decided
  server = await startMockServer(answer, join(dataDir, 'admin.sock'))
})
afterEach(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

function answer({ path, method, query }: SeenRequest) {
  if (path === '/api/v1/approvals') {
    const approvals = lists[new URLSearchParams(query).get('authenticated') ?? ''] ?? []
    return { body: JSON.stringify({ approvals, waiting: { authenticated: 1, unauthenticated: 3 } }) }
  }
  return { body: JSON.stringify(method === 'POST' ? agreed : one) }
}

const terminal = () => testTerminal({ env: { CHANCERY_DATA_DIR: dataDir } })
const asked = () => server.seen.map(({ method, path, query }) => `${method} ${path.slice('/api/v1'.length)} ${query}`)

test('list prints one line a request, and says how many are in the other list', async () => {
  const shown = terminal()
  expect(await run(['approval', 'list', '--profile', 'default', '--limit', '5'], shown)).toBe(0)
  expect(asked()).toEqual(['GET /approvals state=open&authenticated=true&itemsPerPage=5&profile=default'])
  expect(shown.stdout()).toMatch(new RegExp(`^${uuid}  waiting +renewal +2026-03-01T12:00:00.000Z  CN=device1 `))
  expect(shown.stdout()).not.toContain('\u001b')
  expect(shown.stderr()).toContain(
    'There are 3 more that nothing vouches for: chancery approval list --unauthenticated',
  )
})

test('S-2.4-15 show prints what a person compares: names, key, fingerprint of the request, what differs from before', async () => {
  const shown = terminal()
  expect(await run(['approval', 'show', uuid], shown)).toBe(0)
  const text = shown.stdout()
  for (const line of [
    /^state +waiting: somebody has to decide$/m,
    /^names +DNS:device1\.example$/m,
    /^key +RSA 2048$/m,
    new RegExp(`^CSR SHA-256 +${csrFingerprint} `, 'm'),
    /^vouched by +the certificate that it renews$/m,
    /^ +DNS:old\.example is dropped\.$/m,
    /^from +192\.0\.2\.7$/m,
  ]) {
    expect(text).toMatch(line)
  }
  expect(text).not.toContain('\u001b')
})

test('a request is meant by its UUID or by the fingerprint that the device prints; nothing is guessed', async () => {
  const colons = csrFingerprint.toUpperCase().replace(/..(?=.)/g, '$&:')
  for (const which of [csrFingerprint, colons]) expect(await run(['approval', 'show', which], terminal())).toBe(0)
  for (const [which, sentence, found] of [
    ['T-1', 'neither a UUID nor a SHA-256', [waiting]],
    ['00'.repeat(32), 'No request with this SHA-256 waits', [waiting]],
    [csrFingerprint, 'waits more than once', [waiting, waiting]],
  ] as const) {
    lists = { true: [...found], false: [] }
    const shown = terminal()
    expect(await run(['approval', 'approve', which], shown)).toBe(1)
    expect(shown.stderr()).toContain(sentence)
  }
  expect(asked().filter((line) => line.startsWith('POST'))).toEqual([])
})

test('approve and reject send the comment and print what became of it', async () => {
  expect(await run(['approval', 'approve', uuid], terminal())).toBe(0)
  const shown = terminal()
  expect(await run(['approval', 'reject', uuid, '--comment', 'not ours'], shown)).toBe(0)
  const posts = server.seen.filter(({ method }) => method === 'POST')
  expect(posts.map(({ path, body }) => [path.split(uuid)[1], JSON.parse(String(body))])).toEqual([
    ['/approve', {}],
    ['/reject', { comment: 'not ours' }],
  ])
  expect(shown.stdout()).toMatch(/^decision +rejected by local socket at 2026-03-02T12:00:00.000Z: not ours$/m)
  expect(shown.stdout()).toMatch(/^reason +enrolment_refused \(docs\/errors\/enrolment_refused\.md\)$/m)
})

test('where several must agree, list and show say who did, and approve what is missing', async () => {
  const half: Approval = {
    ...waiting,
    approvalsGiven: [{ by: 'alice', at: '2026-03-02T09:00:00.000Z', comment: 'seen' }],
    approvalsNeeded: 2,
    approvalRole: 'approver',
  }
  lists = { true: [half], false: [] }
  one = half
  agreed = half
  const listed = terminal()
  await run(['approval', 'list'], listed)
  expect(listed.stdout()).toMatch(/, 1 of 2 agreed\n$/)
  const shown = terminal()
  await run(['approval', 'show', uuid], shown)
  expect(shown.stdout()).toMatch(/^approvals +1 of 2 of the role approver$/m)
  expect(shown.stdout()).toMatch(/^ +alice at 2026-03-02T09:00:00\.000Z: seen$/m)
  const approved = terminal()
  expect(await run(['approval', 'approve', uuid], approved)).toBe(0)
  expect(approved.stderr()).toBe('One more must agree: somebody else.\n')
})
