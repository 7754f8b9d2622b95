import { randomUUID } from 'node:crypto'
import type { CreatedToken, Grant, Token } from '@chancery/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Caller, callerOf } from '../../auth/caller.ts'
import { type AdminServer, startAdminServer, TOKEN } from '../testing/admin-server.ts'
import { createApiToken } from './create.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

const DAY = 86_400_000
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const create = async (body: object, token = TOKEN) => {
  const answer = await server.call('POST', '/v1/tokens', body, bearer(token))
  return { ...answer, body: answer.body as CreatedToken }
}
const newName = () => `t-${randomUUID()}`

test('a token is made, shown once, and found at its Location without the secret', async () => {
  const name = newName()
  const { status, headers, body } = await create({ name, role: 'enroller', ttlSeconds: 3600 })
  expect(status).toBe(201)
  expect(headers.location).toBe(`/api/v1/tokens/${body.uuid}`)
  expect(body.token).toMatch(/^chy_[0-9A-Za-z]{38}$/)
  const { token, ...shown } = body
  expect(shown).toMatchObject({
    name,
    role: 'enroller',
    state: 'usable',
    maker: 'CHANCERY_ADMIN_TOKEN',
    revokedAt: null,
    lastUsedAt: null,
  })
  expect(Date.parse(shown.expiresAt ?? '') - Date.parse(shown.createdAt)).toBe(3_600_000)
  const found = await server.call('GET', `/v1/tokens/${body.uuid.toUpperCase()}`)
  expect([found.status, found.body]).toEqual([200, shown])
  const list = await server.call('GET', '/v1/tokens')
  expect(list.body).toContainEqual(shown)
  for (const text of [list.text, found.text, ...server.log]) expect(text).not.toContain(token)
})

test('it ends after 90 days unless told otherwise, and never only where that is said', async () => {
  const usual = (await create({ name: newName(), role: 'auditor' })).body
  expect(Date.parse(usual.expiresAt ?? '') - Date.parse(usual.createdAt)).toBe(90 * DAY)
  expect((await create({ name: newName(), role: 'auditor', ttlSeconds: null })).body.expiresAt).toBeNull()
})

test('it opens what its role opens, and the refusal of the rest names the right', async () => {
  const name = newName()
  const { token } = (await create({ name, role: 'enroller' })).body
  const ask = (method: 'GET' | 'POST', path: string, body?: unknown) => server.call(method, path, body, bearer(token))
  expect((await ask('GET', '/v1/scepProfiles')).status).toBe(200)
  expect((await ask('POST', `/v1/scepProfiles/${server.uuid}/challenges`, {})).status).toBe(201)
  const refused = await ask('GET', '/v1/tokens')
  expect([refused.status, refused.body]).toEqual([
    403,
    { message: `${name} may not do this: it needs the right token.read.` },
  ])
  // Before the body is judged: what one may not send has no faults.
  expect((await ask('POST', '/v1/tokens', { nonsense: true })).status).toBe(403)
})

test('revoked it opens nothing from the next request on, twice is the same, and its name is free', async () => {
  const name = newName()
  const made = (await create({ name, role: 'auditor' })).body
  const list = () => server.call('GET', '/v1/tokens', undefined, bearer(made.token))
  expect((await list()).status).toBe(200)
  const revoke = () => server.call('DELETE', `/v1/tokens/${made.uuid}`)
  const first = await revoke()
  expect([first.status, first.text]).toEqual([204, ''])
  const refused = await list()
  expect([refused.status, (refused.body as { message: string }).message]).toEqual([
    401,
    expect.stringMatching(/^This API token was revoked at /),
  ])
  const { revokedAt } = (await server.call('GET', `/v1/tokens/${made.uuid}`)).body as Token
  expect((await revoke()).status).toBe(204)
  const after = (await server.call('GET', `/v1/tokens/${made.uuid}`)).body
  expect(after).toMatchObject({ state: 'revoked', revokedAt })
  expect((await create({ name, role: 'auditor' })).status).toBe(201)
})

test('a name in use is 409, and one that is not there 404', async () => {
  const name = newName()
  await create({ name, role: 'auditor' })
  const twice = await create({ name, role: 'auditor' })
  expect([twice.status, twice.text]).toEqual([409, expect.stringContaining(`There is a token \\"${name}\\" already.`)])
  for (const [method, path] of [
    ['GET', `/v1/tokens/${randomUUID()}`],
    ['DELETE', `/v1/tokens/${randomUUID()}`],
  ] as const) {
    const missing = await server.call(method, path)
    expect([missing.status, missing.body]).toEqual([404, { message: 'There is no API token with this UUID.' }])
  }
  const nonsense = await server.call('GET', '/v1/tokens/nonsense')
  expect([nonsense.status, nonsense.body]).toEqual([
    404,
    { message: 'There is nothing at this address: uuid must be a UUID.' },
  ])
})

test('nobody makes a token with more rights than they have', async () => {
  // No role has this mixture today; the rule must hold for any that comes.
  const may = (right: string) => right.endsWith('.read') || right === 'token.create'
  const caller: Caller = {
    ...callerOf('token', 'half', [{ role: 'auditor' }]),
    may,
    reach: (right) => (may(right) ? 'everywhere' : undefined),
  }
  const make = (role: 'auditor' | 'enroller' | 'administrator') =>
    createApiToken(server.context, { name: newName(), role }, caller)
  expect((await make('auditor')).role).toBe('auditor')
  const refusal = { status: 403, message: expect.stringContaining('challenge.create') }
  await expect(make('enroller')).rejects.toMatchObject(refusal)
  await expect(make('administrator')).rejects.toMatchObject(refusal)
  for (const role of ['auditor', 'enroller', 'approver']) {
    const { token } = (await create({ name: newName(), role })).body
    expect((await create({ name: newName(), role }, token)).status).toBe(403)
  }
})

test('one for some profiles is shown as such and opens those; a name of no profile and no name at all are faults', async () => {
  const scope = { scepProfiles: ['default'], raProfiles: [] }
  const { status, body } = await create({ name: newName(), role: 'enroller', scope })
  expect([status, body.scope]).toEqual([201, scope])
  expect((await server.call('GET', `/v1/tokens/${body.uuid}`)).body).toMatchObject({ scope })
  const list = await server.call('GET', '/v1/scepProfiles', undefined, bearer(body.token))
  expect((list.body as { name: string }[]).map(({ name }) => name)).toEqual(['default'])
  const unknown = await create({ name: newName(), role: 'enroller', scope: { scepProfiles: ['x'], raProfiles: ['y'] } })
  expect([unknown.status, unknown.body]).toEqual([
    422,
    ['scope.scepProfiles[0]: there is no SCEP profile "x".', 'scope.raProfiles[0]: there is no RA profile "y".'],
  ])
  const none = await create({ name: newName(), role: 'enroller', scope: { scepProfiles: [], raProfiles: [] } })
  expect([none.status, none.text]).toEqual([422, expect.stringContaining('names no profile')])
})

test('nobody makes a token that reaches further than they do', async () => {
  const scope = { scepProfiles: ['default'], raProfiles: [] }
  const make = (grants: readonly Grant[], wished: Token['scope']) =>
    createApiToken(
      server.context,
      { name: newName(), role: 'enroller', scope: wished },
      callerOf('token', 'some', grants),
    )
  const some: readonly Grant[] = [{ role: 'operator', scope }]
  expect((await make(some, scope)).scope).toEqual(scope)
  const refusal = { status: 403, message: expect.stringContaining('challenge.create') }
  await expect(make(some, null)).rejects.toMatchObject(refusal)
  await expect(make(some, { ...scope, raProfiles: ['default'] })).rejects.toMatchObject(refusal)
  await expect(make([{ role: 'viewer' }, ...some], null)).rejects.toMatchObject(refusal)
})

test('every fault of a new one is told at once', async () => {
  const { status, body } = await server.call('POST', '/v1/tokens', { name: 'a b', role: 'root', ttlSeconds: 1, x: 1 })
  expect([status, (body as unknown as string[]).length]).toEqual([422, 4])
  expect((await create({})).body).toEqual(['name is missing.', 'role is missing.'])
  for (const name of ['CHANCERY_ADMIN_TOKEN', 'expiry', 'local socket', '', 'x'.repeat(101)]) {
    expect((await create({ name, role: 'auditor' })).status).toBe(422)
  }
})
