import { type CreatedChallenge, CreatedChallenge as CreatedChallengeSchema } from '@chancery/api'
import { Secret } from '@chancery/ra'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer, TOKEN } from '../testing/admin-server.ts'

let server: AdminServer
let scepProfileId: number
beforeAll(async () => {
  server = await startAdminServer()
  const { configuration } = await server.context.snapshots.current()
  scepProfileId = configuration.scepProfiles[0]?.id as number
})
afterAll(() => server.close())

const create = (body?: unknown) => server.call('POST', `/v1/scepProfiles/${server.uuid}/challenges`, body)

test('a challenge is good for one use and an hour unless said otherwise, and comes with URL and CA fingerprint', async () => {
  const before = Date.now()
  const { status, headers, body } = await create()
  expect(status).toBe(201)
  expect(Value.Check(CreatedChallengeSchema, body)).toBe(true)
  const created = body as CreatedChallenge
  expect(created).toMatchObject({
    scepProfile: 'default',
    uses: 1,
    subject: null,
    subjectAltNames: null,
    scepUrl: 'http://127.0.0.1:8080/api/v1/protocols/scep/default/pkiclient.exe',
    caFingerprint: server.caFingerprint,
  })
  expect(headers.location).toBe(`/api/v1/scepProfiles/${server.uuid}/challenges/${created.uuid}`)
  expect(headers['cache-control']).toBe('no-store')
  const seconds = (Date.parse(created.expiresAt) - before) / 1000
  expect(seconds).toBeGreaterThanOrEqual(3600)
  expect(seconds).toBeLessThan(3700)
})

test('the store finds it by its text, bound as asked, and the log does not have it', async () => {
  const { body } = await create({
    uses: 3,
    ttlSeconds: 60,
    subject: 'cn=printer1, o=Example',
    subjectAltNames: ['DNS:printer1.example', 'IP:192.0.2.1'],
  })
  const { challenge, uuid } = body as CreatedChallenge
  const record = await server.store.challenges.find(scepProfileId, new Secret(challenge))
  expect(record).toMatchObject({
    uuid,
    remainingUses: 3,
    revoked: false,
    subject: 'CN=printer1,O=Example',
    subjectAltNames: ['DNS:printer1.example', 'IP:192.0.2.1'],
  })
  expect(server.log.join('')).toContain(uuid)
  expect(server.log.join('')).not.toContain(challenge)
})

test('S6 a challenge for one subject buys no other names, unless they are given or null is written out', async () => {
  const names = async (body: object) => ((await create(body)).body as CreatedChallenge).subjectAltNames
  expect(await names({ subject: 'CN=printer1' })).toEqual([])
  expect(await names({ subject: 'CN=printer1', subjectAltNames: null })).toBeNull()
  expect(await names({ subject: 'CN=printer1', subjectAltNames: ['DNS:a.example'] })).toEqual(['DNS:a.example'])
  expect(await names({})).toBeNull()
})

test('every fault is told at once, those of names too', async () => {
  const wrong = await create({ uses: 0, ttlSeconds: 10, subject: 7, extra: 1 })
  expect([wrong.status, (wrong.body as string[]).length]).toEqual([422, 4])
  const names = await create({ subject: 'CN', subjectAltNames: ['DNS:a', 'nonsense', 'IP:1.2.3'] })
  expect(names.status).toBe(422)
  expect(names.body).toEqual([
    expect.stringMatching(/^subject cannot be read/),
    expect.stringMatching(/^subjectAltNames\[1\] cannot be read/),
    expect.stringMatching(/^subjectAltNames\[2\] cannot be read/),
  ])
})

test('by the name of the profile the answer is the challenge as plain text and nothing else', async () => {
  const answer = await server.call('POST', '/v1/challenges/default', { uses: 2 })
  expect(answer.status).toBe(201)
  expect(answer.headers['content-type']).toMatch(/^text\/plain/)
  expect(answer.headers['cache-control']).toBe('no-store')
  const record = await server.store.challenges.find(scepProfileId, new Secret(answer.text))
  expect(record?.remainingUses).toBe(2)
})

test('an empty body with a JSON content type is no body', async () => {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  expect((await server.call('POST', '/v1/challenges/default', undefined, headers)).status).toBe(201)
})

test('webhooks of device management systems send no body, or an empty one of any type, and get the text and nothing behind it', async () => {
  const authorization = `Bearer ${TOKEN}`
  for (const [type, body] of [
    [undefined, undefined],
    [undefined, ''],
    ['application/x-www-form-urlencoded', ''],
    ['text/plain; charset=utf-8', ' \r\n'],
    ['application/json; charset=UTF-8', '{}'],
  ] as const) {
    const headers = { authorization, ...(type === undefined ? {} : { 'content-type': type }) }
    const answer = await server.call('POST', '/v1/challenges/default', body, headers)
    expect(answer.status).toBe(201)
    expect(answer.text).toMatch(/^[2-9A-Z]{7}(-[2-9A-Z]{7}){3}$/)
  }
})

test('a body that is no JSON is 415 with what to send, and is not repeated', async () => {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await server.call('POST', '/v1/challenges/default', 'uses=secret', headers)
  expect(answer.status).toBe(415)
  expect(answer.body).toEqual({ message: 'The body must be JSON: send "Content-Type: application/json".' })
})

test('an unknown profile is 404 with a message', async () => {
  const answer = await server.call('POST', '/v1/challenges/nope', {})
  expect([answer.status, answer.body]).toEqual([404, { message: 'There is no SCEP profile with this name.' }])
})

test('the endpoint alone can be read without making a challenge', async () => {
  expect((await server.call('GET', `/v1/scepProfiles/${server.uuid}/endpoint`)).body).toEqual({
    scepUrl: 'http://127.0.0.1:8080/api/v1/protocols/scep/default/pkiclient.exe',
    caFingerprint: server.caFingerprint,
  })
})

test('S3 a profile that asks for another kind of challenge is 409 with a sentence, whatever is asked', async () => {
  await server.call('PUT', `/v1/scepProfiles/${server.uuid}`, { challengeKind: 'none' })
  const answer = await create({})
  expect(answer.status).toBe(409)
  expect(answer.body).toEqual({ message: expect.stringContaining('has challengeKind none') })
})
