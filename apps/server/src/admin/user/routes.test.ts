import { randomUUID } from 'node:crypto'
import type { User } from '@chancery/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tableContents } from '../../../../../tests/e2e/table-contents.ts'
import { callerOf } from '../../auth/caller.ts'
import { PASSWORD, type People, startPeople } from '../testing/people.ts'
import { changeUser, makeUser } from './change.ts'

let people: People
beforeAll(async () => {
  people = await startPeople()
})
afterAll(() => people.server.close())

const name = () => `u-${randomUUID()}`
const signedIn = async (user: User) => ({ headers: await people.signIn(user.name, PASSWORD) })

test('a user is made, found at its Location, changed in what is named alone, and deleted with the name kept', async () => {
  const given = { name: name(), grants: [{ role: 'operator' }], displayName: 'Alice', email: 'alice@example.test' }
  const made = await people.admin('POST', '/v1/users', given)
  expect([made.status, made.headers.location]).toEqual([201, `/api/v1/users/${made.body.uuid}`])
  expect(made.body).toMatchObject({ name: given.name, enabled: true, hasPassword: false, lastSignInAt: null })
  const path = `/v1/users/${made.body.uuid}`
  const changed = await people.admin('PUT', path, { email: null })
  expect(changed.body).toEqual({ ...made.body, email: null })
  expect((await people.admin('GET', path)).body).toEqual(changed.body)
  expect((await people.admin('DELETE', path)).status).toBe(204)
  expect((await people.admin('DELETE', path)).status).toBe(204)
  expect((await people.admin('PUT', path, {})).status).toBe(409)
  expect((await people.admin('POST', `${path}/signInLink`)).status).toBe(409)
  expect((await people.admin('POST', '/v1/users', given)).status).toBe(409)
  const named = (query: string) => people.admin('GET', `/v1/users?name=${given.name}${query}`)
  expect((await named('')).body.users).toEqual([])
  expect((await named('&deleted=true')).body.users[0].deletedAt).not.toBeNull()
})

test('users are listed page by page', async () => {
  const [one, two] = [await people.newUser(), await people.newUser()]
  const seen: string[] = []
  let cursor = ''
  do {
    const { body } = await people.admin('GET', `/v1/users?itemsPerPage=1${cursor}`)
    seen.push(...body.users.map((user: User) => user.uuid))
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
  } while (cursor !== '')
  expect(seen).toEqual(expect.arrayContaining([one.uuid, two.uuid]))
  expect(new Set(seen).size).toBe(seen.length)
})

test('a name that a token has, or had, is taken, and so is that of a user for a token', async () => {
  const user = await people.newUser()
  const token = name()
  await people.admin('POST', '/v1/tokens', { name: token, role: 'viewer' })
  const taken = await people.admin('POST', '/v1/users', { name: token, grants: [{ role: 'viewer' }] })
  expect([taken.status, taken.body.message]).toEqual([409, expect.stringContaining('or an API token')])
  const other = await people.admin('POST', '/v1/tokens', { name: user.name, role: 'viewer' })
  expect([other.status, other.body.message]).toEqual([409, expect.stringContaining('a user')])
})

test('every fault of a new one is told at once, and a profile that is not there is one', async () => {
  const bad = { name: 'Alice Example', grants: [], email: 'x', enabled: 'yes', password: 'x' }
  const { status, body } = await people.admin('POST', '/v1/users', bad)
  expect([status, body.length]).toEqual([422, 5])
  for (const reserved of ['expiry', 'local socket', 'CHANCERY_ADMIN_TOKEN', '', '-x']) {
    expect((await people.admin('POST', '/v1/users', { name: reserved, grants: [{ role: 'viewer' }] })).status).toBe(422)
  }
  const grants = [{ role: 'operator', scope: { scepProfiles: ['nowhere'], raProfiles: [] } }]
  expect((await people.admin('POST', '/v1/users', { name: name(), grants })).body).toEqual([
    'grants[0].scope.scepProfiles[0]: there is no SCEP profile "nowhere".',
  ])
})

test('nobody gives more than they have, nor changes somebody who may do more', async () => {
  const administrator = await people.server.store.users.find((await people.newUser([{ role: 'administrator' }])).uuid)
  const viewer = await people.server.store.users.find((await people.newUser()).uuid)
  if (administrator === undefined || viewer === undefined) throw new Error('they are gone')
  // No role may do this today; the rule must hold for any that comes.
  const helper = callerOf('user', 'helper', [{ role: 'auditor' }])
  const { context } = people.server
  const refusal = { status: 403 }
  const give = (role: 'auditor' | 'operator') => makeUser(context, { name: name(), grants: [{ role }] }, helper)
  await expect(give('auditor')).resolves.toMatchObject({ enabled: true })
  await expect(give('operator')).rejects.toMatchObject(refusal)
  await expect(changeUser(context, viewer, { grants: [{ role: 'operator' }] }, helper)).rejects.toMatchObject(refusal)
  await expect(changeUser(context, administrator, { enabled: false }, helper)).rejects.toMatchObject(refusal)
  await expect(changeUser(context, viewer, { displayName: 'V' }, helper)).resolves.toMatchObject({ displayName: 'V' })
})

test('the last administrator who can sign in stays one, unless it is done beside the server', async () => {
  for (const { uuid } of await people.server.store.users.administrators())
    await people.admin('DELETE', `/v1/users/${uuid}`)
  const last = await people.newUser([{ role: 'administrator' }])
  const without = (await people.admin('POST', '/v1/users', { name: name(), grants: [{ role: 'administrator' }] })).body
  const { headers } = await signedIn(last)
  const path = `/v1/users/${last.uuid}`
  for (const [method, address, body] of [
    ['DELETE', path, undefined],
    ['PUT', path, { enabled: false }],
    ['PUT', path, { grants: [{ role: 'viewer' }] }],
    ['PUT', `${path}/password`, { password: null }],
  ] as const) {
    const answer = await people.ask(method, address, { headers, body })
    expect([answer.status, answer.body.message]).toEqual([409, expect.stringContaining('the last administrator')])
  }
  await people.admin('PUT', `/v1/users/${without.uuid}/password`, { password: PASSWORD })
  expect((await people.ask('PUT', path, { headers, body: { grants: [{ role: 'viewer' }] } })).status).toBe(200)
  expect((await people.admin('DELETE', `/v1/users/${without.uuid}`)).status).toBe(204)
})

test('what is done to people and by them is in the audit log, and no secret is', async () => {
  const user = await people.newUser()
  await people.admin('PUT', `/v1/users/${user.uuid}`, { grants: [{ role: 'auditor' }] })
  const { headers } = await signedIn(user)
  await people.ask('DELETE', '/v1/session', { headers })
  for (let count = 0; count < 3; count++) {
    await people.ask('POST', '/v1/session', { body: { name: user.name, password: 'a wrong password' } })
  }
  await people.ask('POST', '/v1/session', { body: { name: 'my secret in the wrong field', password: PASSWORD } })
  const { audit_event: rows = [] } = await tableContents(people.server.context.config.database.url.reveal())
  const told = rows
    .map((row) => JSON.parse(String(row)) as Record<string, unknown>)
    .filter(({ actor, object_name }) => actor === user.name || object_name === user.name)
    .map(({ action, outcome }) => `${action} ${outcome}`)
  expect(told.sort()).toEqual([
    'session.create done',
    ...Array.from({ length: 3 }, () => 'session.create refused'),
    'session.revoke done',
    'user.create done',
    'user.update done',
    'user.update done',
  ])
  expect(rows.join('')).not.toMatch(/my secret in the wrong field|a wrong password|argon2id/)
})
