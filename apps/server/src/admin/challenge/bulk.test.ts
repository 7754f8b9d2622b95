import { type CreatedChallenge, CreatedChallenge as CreatedChallengeSchema } from '@chancery/api'
import { Secret } from '@chancery/ra'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
let scepProfileId: number
beforeAll(async () => {
  server = await startAdminServer()
  const { configuration } = await server.context.snapshots.current()
  scepProfileId = configuration.scepProfiles[0]?.id as number
})
afterAll(() => server.close())

const bulk = (body?: unknown) => server.call('POST', `/v1/scepProfiles/${server.uuid}/challenges/bulk`, body)

async function count(): Promise<number> {
  return (await server.store.challenges.list({ scepProfileId, limit: 2000 }, new Date())).challenges.length
}

test('a thousand challenges come back with their texts, in the order of the wishes, each bound as wished', async () => {
  const wishes = Array.from({ length: 1000 }, (_, at) => ({
    subject: `CN=printer${at}.branch.example,O=Example Corporation,C=CZ`,
    subjectAltNames: [`DNS:printer${at}.branch.example`],
    ...(at % 2 === 0 ? { uses: 2 } : { ttlSeconds: 7200 }),
  }))
  const { status, headers, body } = await bulk(wishes)
  expect(status).toBe(201)
  expect(headers['cache-control']).toBe('no-store')
  expect(Value.Check(Type.Array(CreatedChallengeSchema), body)).toBe(true)
  const created = body as CreatedChallenge[]
  expect(created.map(({ subjectAltNames }) => subjectAltNames)).toEqual(wishes.map((wish) => wish.subjectAltNames))
  expect(created.slice(0, 2).map(({ uses }) => uses)).toEqual([2, 1])
  expect(new Set(created.map(({ challenge }) => challenge)).size).toBe(1000)
  const [, second] = created
  expect(await server.store.challenges.find(scepProfileId, new Secret(second?.challenge ?? ''))).toMatchObject({
    uuid: second?.uuid,
    subject: 'CN=printer1.branch.example,O=Example Corporation,C=CZ',
  })
  expect(server.log.join('')).not.toContain(second?.challenge)
})

test('S6 the rule of a challenge for one subject holds for each of many', async () => {
  const created = (await bulk([{ subject: 'CN=a' }, {}])).body as CreatedChallenge[]
  expect(created.map(({ subjectAltNames }) => subjectAltNames)).toEqual([[], null])
})

test('every fault of every wish is told with its index, and then none is made', async () => {
  const before = await count()
  const wrong = await bulk([{}, { uses: 0, ttlSeconds: 1 }, 'x', { extra: true }])
  expect(wrong.status).toBe(422)
  expect(wrong.body).toEqual([
    expect.stringMatching(/^\[1\]\.uses must/),
    expect.stringMatching(/^\[1\]\.ttlSeconds must/),
    '[2] must be a JSON object.',
    expect.stringMatching(/^"\[3\]\.extra" is not a field/),
  ])
  const names = await bulk([{}, { subject: 'CN' }, { subjectAltNames: ['DNS:a', 'nonsense'] }])
  expect(names.status).toBe(422)
  expect(names.body).toEqual([
    expect.stringMatching(/^\[1\]\.subject cannot be read/),
    expect.stringMatching(/^\[2\]\.subjectAltNames\[1\] cannot be read/),
  ])
  expect(await count()).toBe(before)
})

test('no list, an empty one and one that is too long are 422 with one sentence', async () => {
  for (const body of [undefined, [], {}, Array.from({ length: 1001 }, () => ({}))]) {
    const answer = await bulk(body)
    expect([answer.status, answer.body]).toEqual([422, ['The body must be a list of 1 to 1000 challenges.']])
  }
})

test('without a token it is 401, of an unknown profile 404, and of one that asks for another kind 409', async () => {
  const path = `/v1/scepProfiles/${server.uuid}/challenges/bulk`
  expect((await server.call('POST', path, [{}], {})).status).toBe(401)
  expect((await server.call('POST', path.replace(server.uuid, crypto.randomUUID()), [{}])).status).toBe(404)
  await server.call('PUT', `/v1/scepProfiles/${server.uuid}`, { challengeKind: 'none' })
  expect((await bulk([{}])).status).toBe(409)
})
