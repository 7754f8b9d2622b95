import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Decision, DecisionDetails } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, type SeenRequest, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const uuid = '019a0000-0000-7000-8000-000000000001'
const decision: Decision = {
  ...{ uuid, at: '2026-03-01T12:00:00.000Z', correlationId: '4f1c2a9b7d3e', endpoint: 'scepProfile/default' },
  ...{ scepProfile: 'default', raProfile: 'default', messageType: 'PKCSReq', outcome: 'refused' },
  ...{ reason: 'challenge_refused', failInfo: 'badRequest', see: 'docs/errors/challenge_refused.md' },
  sentence: 'The device was refused: the challenge is not accepted (challenge x is used up).',
  ...{ transactionUuid: null, transactionId: 'T-1', certificateUuid: null, challengeUuid: null },
  ...{ subject: 'CN=printer1\u001b[31m', client: null, peer: '192.0.2.7', count: 1 },
}
const whole: DecisionDetails = {
  ...decision,
  checks: [
    { check: 'message', verdict: 'passed', detail: null },
    { check: 'signer', verdict: 'passed', detail: 'a reason of its own' },
    { check: 'challenge', verdict: 'refused', detail: 'challenge x is used up' },
  ],
  ...{ vouchedBy: null, status: 200, octets: 2000, userAgent: null, habits: null, signer: null },
  milliseconds: { open: 1, decide: 2, seal: null, total: 3 },
  ...{ algorithms: { digest: 'sha256' }, legacyAlgorithms: [] },
}
const transaction = {
  ...{ uuid, state: 'issued', kind: 'initial', endpoint: 'scepProfile/default', scepProfile: 'default' },
  ...{ raProfile: null, transactionId: 'T-1', subject: 'CN=printer1', reason: null, createdAt: decision.at },
  ...{ changedAt: decision.at, expiresAt: null, certificateUuid: uuid, supersededBy: null, decisions: [decision] },
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

function answer({ path, query }: SeenRequest) {
  if (path.includes(`/transactions/${uuid}`)) return { body: JSON.stringify(transaction) }
  if (path.includes('/transactions')) return { body: JSON.stringify({ transactions: [transaction], nextCursor: null }) }
  if (path.includes(`/decisions/${uuid}`)) return { body: JSON.stringify(whole) }
  const found = query.includes('correlationId=000000000000') ? [] : [decision]
  return { body: JSON.stringify({ decisions: found, nextCursor: 'dXA' }) }
}

const call = async (...args: string[]) => {
  const terminal = testTerminal({ env: { CHANCERY_DATA_DIR: dataDir } })
  const code = await run(args, terminal)
  return { code, out: terminal.stdout(), err: terminal.stderr() }
}

test.each(['4f1c2a9b7d3e', '[4F1C2A9B7D3E]', uuid])(
  'show tells why, by %s, the sentence and the next step first',
  async (id) => {
    const { code, out } = await call('decision', 'show', id)
    expect(code).toBe(0)
    expect(out.split('\n').slice(0, 2)).toEqual([
      'decision     The device was refused: the challenge is not accepted (challenge x is used up).',
      'next step    docs/errors/challenge_refused.md',
    ])
    expect(out).toContain('challenge: it was broken (challenge x is used up)')
    expect(out).toContain('signer: passed (a reason of its own)')
    // What a device sent moves no cursor.
    expect(out).not.toContain('\u001b')
  },
)

test('an id that leads nowhere says what to do', async () => {
  const { code, err } = await call('decision', 'show', '000000000000')
  expect(code).not.toBe(0)
  expect(err).toContain('There is no record of a decision with the id "000000000000".')
})

test('list sends its filters, prints a line each, and says how to go on', async () => {
  const { out, err } = await call('decision', 'list', '--outcome', 'refused', '--subject', 'printer', '--limit', '1')
  expect(out).toContain('refused (challenge_refused)')
  expect(out).toContain('[4f1c2a9b7d3e]')
  expect(err).toContain('--cursor dXA')
  const [{ query = '' } = {}] = server.seen
  for (const part of ['outcome=refused', 'subject=printer', 'itemsPerPage=1']) expect(query).toContain(part)
  const { out: json } = await call('decision', 'list', '--json')
  expect(JSON.parse(json)).toMatchObject({ decisions: [decision] })
})

test('a transaction is shown with its messages', async () => {
  expect((await call('transaction', 'list', '--state', 'issued')).out).toContain('CN=printer1')
  const { out } = await call('transaction', 'show', uuid)
  expect(out).toContain('issued: the certificate was made')
  expect(out).toContain('refused (challenge_refused)')
})
