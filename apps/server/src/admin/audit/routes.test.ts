import { randomUUID } from 'node:crypto'
import type { AuditEvent, AuditVerification } from '@chancery/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

const list = async (query = '') => {
  const answer = await server.call('GET', `/v1/auditLogs${query}`)
  return { ...answer, ...(answer.body as { events: AuditEvent[]; nextCursor: string | null }) }
}

test('a change is told with what was before and after, and a secret only as there or another one', async () => {
  const put = (body: object) => server.call('PUT', `/v1/scepProfiles/${server.uuid}`, body)
  const secrets = ['a first secret of some length', 'a second secret of some length']
  await put({ description: 'one', enableChallengePassword: true, challengePassword: secrets[0] })
  await put({ description: '=two', challengePassword: secrets[1], enableChallengePassword: true })
  const { events, text } = await list(`?objectUuid=${server.uuid}&action=scepProfile.update`)
  expect(events[0]).toMatchObject({
    actor: { kind: 'environment', name: 'CHANCERY_ADMIN_TOKEN', role: 'administrator' },
    object: { kind: 'scepProfile', name: 'default' },
    outcome: 'done',
    detail: {
      before: { description: 'one', staticChallenge: '(set)' },
      after: { description: '=two', staticChallenge: '(changed)' },
    },
  })
  expect(events[1]).toMatchObject({
    detail: { before: { staticChallenge: null }, after: { staticChallenge: '(set)' } },
  })
  for (const secret of secrets) expect(text).not.toContain(secret)
  const one = await server.call('GET', `/v1/auditLogs/${events[0]?.uuid}`)
  expect(one.body).toEqual(events[0])
  expect((await server.call('GET', `/v1/auditLogs/${randomUUID()}`)).status).toBe(404)
})

test('filters narrow the list, pages go through all of it, and what is no filter is told', async () => {
  for (let count = 0; count < 3; count++) {
    await server.call('POST', '/v1/tokens', { name: `token-${count}`, role: 'viewer' })
  }
  expect((await list('?action=token.&outcome=done')).events.map(({ object }) => object?.name)).toEqual([
    'token-2',
    'token-1',
    'token-0',
  ])
  expect((await list('?q=OKEN-1')).events.map(({ object }) => object?.name)).toEqual(['token-1'])
  for (const none of ['q=token%25', 'q=_oken', 'actor=nobody', 'from=2999-01-01', 'to=2001-01-01', 'transactionId=x']) {
    expect((await list(`?${none}`)).events, none).toEqual([])
  }
  const first = await list('?action=token.create&itemsPerPage=2')
  expect(first.events).toHaveLength(2)
  const second = await list(`?action=token.create&itemsPerPage=2&cursor=${first.nextCursor}`)
  expect([second.events.length, second.nextCursor]).toEqual([1, null])
  for (const wrong of ['nothing=1', 'from=yesterday', 'from=2026-02-99', 'outcome=good', 'cursor=x', 'action=x']) {
    expect((await list(`?${wrong}`)).status, wrong).toBe(422)
  }
})

test('an export has the same events, runs nothing in a spreadsheet, and is an event itself', async () => {
  const csv = await server.call('GET', '/v1/auditLogs/export?action=token.create')
  expect(csv.text.trimEnd().split('\r\n')).toHaveLength(4)
  const jsonl = await server.call('GET', '/v1/auditLogs/export?action=token.create&format=jsonl')
  const lines = jsonl.text.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual((await list('?action=token.create')).events)
  expect((await list('?action=audit.export')).events).toMatchObject([
    { detail: { format: 'jsonl', action: 'token.create' } },
    { detail: { format: 'csv' } },
  ])
})

test('verification says yes, tells the head, and finds that a head is of another log', async () => {
  await server.store.audit.chain(new Date())
  const verify = async (query = '') => {
    const answer = await server.call('GET', `/v1/auditLogs/verification${query}`)
    return { status: answer.status, body: answer.body as AuditVerification }
  }
  const { body } = await verify()
  expect(body).toMatchObject({ verified: true, problems: [], headsCompared: 0 })
  expect(body.events).toBe(body.head.seq)
  const { seq, head } = body.head
  expect((await verify(`?seq=${seq}&head=${head}`)).body).toMatchObject({ verified: true, headsCompared: 1 })
  const beyond = (await verify(`?seq=${seq + 1}&head=${head}`)).body
  expect([beyond.verified, beyond.problems[0]?.kind]).toEqual([false, 'head-beyond-end'])
  const other = await server.call('POST', '/v1/auditLogs/verification', { heads: [{ seq, head: '0'.repeat(64) }] })
  expect(other.body).toMatchObject({ verified: false, problems: [{ kind: 'head-differs', seq }] })
  const { body: told } = await server.call('GET', '/v1/auditLogs?action=audit.verify')
  const failed = { action: 'audit.verify', outcome: 'failed' }
  expect(told).toMatchObject({
    events: [
      { ...failed, detail: { kinds: ['head-differs'], headsGiven: 1 } },
      { ...failed, detail: { kinds: ['head-beyond-end'], headsGiven: 1 } },
    ],
  })
  expect((await verify(`?seq=${seq}`)).status).toBe(422)
})
