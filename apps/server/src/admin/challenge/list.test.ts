import { type Challenge, type CreatedChallenge, listChallenges } from '@chancery/api'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
let base: string
beforeAll(async () => {
  server = await startAdminServer()
  base = `/v1/scepProfiles/${server.uuid}/challenges`
})
afterAll(() => server.close())

async function create(body: object = {}): Promise<CreatedChallenge> {
  return (await server.call('POST', base, body)).body as CreatedChallenge
}

async function list(query = ''): Promise<{ challenges: Challenge[]; nextCursor: string | null }> {
  const { status, body } = await server.call('GET', `${base}${query}`)
  expect(status).toBe(200)
  expect(Value.Check(listChallenges.answer.schema, body)).toBe(true)
  return body as { challenges: Challenge[]; nextCursor: string | null }
}

test('the list has the newest first, everything that was wished, and no text', async () => {
  const first = await create({ uses: 3, subject: 'CN=a', subjectAltNames: ['DNS:a'] })
  const second = await create()
  const { challenges, nextCursor } = await list()
  expect(nextCursor).toBeNull()
  expect(challenges.map(({ uuid }) => uuid)).toEqual([second.uuid, first.uuid])
  expect(challenges[1]).toEqual({
    uuid: first.uuid,
    scepProfile: 'default',
    state: 'live',
    uses: 3,
    remainingUses: 3,
    subject: 'CN=a',
    subjectAltNames: ['DNS:a'],
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    expiresAt: first.expiresAt,
    revokedAt: null,
    maker: 'CHANCERY_ADMIN_TOKEN',
    origin: 'api',
    usedBy: [],
  })
  expect(JSON.stringify(challenges)).not.toContain(first.challenge)
})

test('pages follow one another by the cursor, which nobody else can make', async () => {
  for (let count = 0; count < 3; count++) await create()
  const all = (await list()).challenges.map(({ uuid }) => uuid)
  const seen: string[] = []
  let query = '?itemsPerPage=2'
  for (;;) {
    const { challenges, nextCursor } = await list(query)
    seen.push(...challenges.map(({ uuid }) => uuid))
    if (nextCursor === null) break
    query = `?itemsPerPage=2&cursor=${nextCursor}`
  }
  expect(seen).toEqual(all)
  for (const cursor of ['x', 'MTIz', '%27', '']) {
    const { status, body } = await server.call('GET', `${base}?cursor=${cursor}`)
    expect([status, (body as string[]).length]).toEqual([422, 1])
  }
})

test('every fault of a query is told at once', async () => {
  const { status, body } = await server.call('GET', `${base}?state=gone&itemsPerPage=0&cursor=!&more=1`)
  expect([status, (body as string[]).length]).toEqual([422, 4])
})

test('a revoked challenge is in the list of the revoked ones and in no other; again is 204 and changes nothing', async () => {
  const { uuid } = await create()
  const revoke = () => server.call('DELETE', `${base}/${uuid.toUpperCase()}`)
  const first = await revoke()
  expect([first.status, first.text]).toEqual([204, ''])
  const shown = (await server.call('GET', `${base}/${uuid}`)).body
  expect(shown).toMatchObject({ uuid, state: 'revoked', revokedAt: expect.any(String) })
  expect((await revoke()).status).toBe(204)
  expect((await server.call('GET', `${base}/${uuid}`)).body).toEqual(shown)
  expect((await list('?state=revoked')).challenges).toEqual([shown])
  expect((await list('?state=live')).challenges.map((one) => one.uuid)).not.toContain(uuid)
  expect(server.log.join('')).toContain('challenge revoked')
})

test('an unknown challenge, and one of another profile, is 404 with a message', async () => {
  const { uuid } = await create()
  const { configuration } = await server.context.snapshots.current()
  const other = (
    await server.call('POST', '/v1/scepProfiles', {
      name: 'other',
      raCertificate: { authorityUuid: configuration.authorities[0]?.uuid },
    })
  ).body as { uuid: string }
  const paths = [`${base}/${crypto.randomUUID()}`, `/v1/scepProfiles/${other.uuid}/challenges/${uuid}`]
  const nonsense = await server.call('GET', `${base}/nonsense`)
  expect([nonsense.status, nonsense.body]).toEqual([
    404,
    { message: 'There is nothing at this address: challengeUuid must be a UUID.' },
  ])
  for (const path of paths) {
    for (const method of ['GET', 'DELETE'] as const) {
      const answer = await server.call(method, path)
      expect([answer.status, answer.body]).toEqual([
        404,
        {
          message: path.endsWith('nonsense')
            ? 'There is nothing at this address: challengeUuid must be a UUID.'
            : 'This SCEP profile has no challenge with this UUID.',
        },
      ])
    }
  }
  const nowhere = await server.call('GET', `/v1/scepProfiles/${crypto.randomUUID()}/challenges`)
  expect(nowhere.status).toBe(404)
  expect((await server.call('GET', `${base}/${uuid}`)).status).toBe(200)
})

test('nothing is told or revoked without a token', async () => {
  const { uuid } = await create()
  for (const [method, path] of [
    ['GET', base],
    ['GET', `${base}/${uuid}`],
    ['DELETE', `${base}/${uuid}`],
  ] as const) {
    expect((await server.call(method, path, undefined, {})).status).toBe(401)
  }
  expect((await server.call('GET', `${base}/${uuid}`)).body).toMatchObject({ state: 'live' })
})
