import { randomBytes, randomUUID } from 'node:crypto'
import type { CreatedToken, Decision, DecisionDetails, TransactionDetails } from '@chancery/api'
import { type DecisionRecord, uuidV7 } from '@chancery/ra'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newTokenText } from '../../auth/token-text.ts'
import { type AdminServer, startAdminServer, TOKEN } from '../testing/admin-server.ts'

let server: AdminServer
let scepProfileId = 0
beforeAll(async () => {
  server = await startAdminServer()
  scepProfileId = (await server.store.configuration.load()).scepProfiles[0]?.id ?? 0
})
afterAll(() => server.close())

function record(changes: Partial<DecisionRecord> = {}): DecisionRecord {
  const { at = new Date() } = changes
  return {
    ...{ uuid: uuidV7(at), at, correlationId: randomBytes(6).toString('hex'), endpoint: 'scepProfile/default' },
    ...{ scepProfileId, raProfileId: 1, messageType: 'PKCSReq', outcome: 'refused', reason: 'challenge_refused' },
    ...{ failInfo: 'badRequest', transaction: null, transactionId: 'T-1', certificate: null, challenge: null },
    ...{ subject: 'CN=printer1', client: null, peer: '192.0.2.7', count: 1 },
    detail: {
      checks: [{ check: 'challenge', verdict: 'refused', detail: 'no such challenge in this profile' }],
      why: 'no such challenge in this profile',
      milliseconds: { open: 1.5, decide: 0.5, seal: 1, total: 3 },
    },
    ...changes,
  }
}

const list = async (query: string, token = TOKEN) => {
  const answer = await server.call('GET', `/v1/decisions?${query}`, undefined, { authorization: `Bearer ${token}` })
  return { ...answer, body: answer.body as { decisions: Decision[]; nextCursor: string | null } }
}

test('from the id that a device shows to the reason, in a sentence with a next step', async () => {
  const refused = record()
  await server.store.refusals.write([refused])
  const { body } = await list(`correlationId=${refused.correlationId}`)
  expect(body).toMatchObject({ decisions: [{ uuid: refused.uuid, scepProfile: 'default' }], nextCursor: null })
  const { status, body: whole } = await server.call('GET', `/v1/decisions/${refused.uuid.toUpperCase()}`)
  expect([status, whole as DecisionDetails]).toMatchObject([
    200,
    {
      sentence: 'The device was refused: the challenge is not accepted (no such challenge in this profile).',
      see: 'docs/errors/challenge_refused.md',
      checks: [{ check: 'challenge', verdict: 'refused', detail: 'no such challenge in this profile' }],
      milliseconds: { total: 3 },
      vouchedBy: null,
    },
  ])
})

test('pages go on where the one before ended, over both stores', async () => {
  const at = (second: number) => new Date(1_700_000_000_000 + second * 1000)
  const some = [0, 1, 2, 3, 4].map((second) => record({ at: at(second), subject: 'CN=paged' }))
  await server.store.decisions.write(some.filter((_, index) => index % 2 === 0))
  await server.store.refusals.write(some.filter((_, index) => index % 2 === 1))
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await list(`subject=PAGED&itemsPerPage=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
    seen.push(...page.body.decisions.map(({ uuid }) => uuid))
    cursor = page.body.nextCursor
  }
  expect(seen).toEqual(some.map(({ uuid }) => uuid).reverse())
  const range = await list('subject=paged&from=2023-11-14T22:13:21Z&to=2023-11-14T22:13:23Z')
  expect(range.body.decisions.map(({ uuid }) => uuid)).toEqual([some[2]?.uuid, some[1]?.uuid])
})

test('every fault of a question is told, and what is not there is 404', async () => {
  for (const query of [
    'nonsense=1',
    'outcome=good',
    'from=yesterday',
    'transaction=1',
    'cursor=%%',
    'itemsPerPage=0',
    'subject=',
  ]) {
    expect((await list(query)).status).toBe(422)
  }
  expect((await list('from=2026-02-31T25:00:00Z')).status).toBe(422)
  expect((await list('cursor=aTE')).status).toBe(422)
  for (const path of ['decisions', 'transactions']) {
    expect((await server.call('GET', `/v1/${path}/${randomUUID()}`)).status).toBe(404)
  }
  expect((await list('scepProfile=deleted')).body.decisions).toEqual([])
})

test('lists that are abandoned are no burden to the next one', async () => {
  const abandon = new AbortController()
  const headers = { authorization: `Bearer ${TOKEN}` }
  const asked = Array.from({ length: 30 }, () =>
    server.app
      .inject({ url: '/api/v1/decisions?subject=nothing', headers, signal: abandon.signal })
      .catch(() => 'abandoned'),
  )
  abandon.abort()
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['abandoned']))
  expect((await list('subject=nothing')).body).toEqual({ decisions: [], nextCursor: null })
})

test('a transaction is shown with what was decided about its messages, and unknown profiles have none', async () => {
  const { body } = await server.call('GET', '/v1/transactions?state=issued')
  expect(body).toEqual({ transactions: [], nextCursor: null })
  const missing = await server.call('GET', `/v1/transactions/${randomUUID()}`)
  expect([missing.status, missing.body as TransactionDetails]).toEqual([
    404,
    { message: 'There is no transaction with this UUID; it may be forgotten.' },
  ])
})

test('whoever may not read decisions reads none', async () => {
  const made = await server.call('POST', '/v1/tokens', { name: 'hands-out', role: 'enroller' })
  const { token } = made.body as CreatedToken
  expect((await list('', token)).status).toBe(403)
})

test('a caller of some profiles sees theirs, and of the others not even that they are there', async () => {
  const [theirs, other] = [record(), record({ scepProfileId: 77, raProfileId: 78 })]
  const nowhere = record({ endpoint: null, scepProfileId: null, raProfileId: null })
  await server.store.refusals.write([theirs, other, nowhere])
  const caller = await scopedToken({ scepProfiles: ['default'], raProfiles: [] })
  const { body } = await list('itemsPerPage=1000', caller)
  const uuids = body.decisions.map(({ uuid }) => uuid)
  expect([theirs, other, nowhere].map(({ uuid }) => uuids.includes(uuid))).toEqual([true, false, false])
  const get = async ({ uuid }: DecisionRecord) =>
    (await server.call('GET', `/v1/decisions/${uuid}`, undefined, { authorization: `Bearer ${caller}` })).status
  expect([await get(theirs), await get(other), await get(nowhere)]).toEqual([200, 404, 404])
})

async function scopedToken(scope: { scepProfiles: string[]; raProfiles: string[] }): Promise<string> {
  const token = newTokenText()
  await server.store.tokens.create({
    ...{ uuid: randomUUID(), name: `s-${randomUUID()}`, role: 'viewer', maker: 'test', createdAt: new Date() },
    ...{ expiresAt: null, scope, token },
  })
  return token.reveal()
}
