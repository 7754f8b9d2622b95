import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tableContents } from '../../../../../tests/e2e/table-contents.ts'
import { ADMIN, cookieOf, PASSWORD, type People, startPeople } from '../testing/people.ts'

let people: People
beforeAll(async () => {
  people = await startPeople({ CHANCERY_TRUSTED_PROXIES: '198.51.100.1' })
})
afterAll(() => people.server.close())

const signIn = (name: string, password: string, headers: Record<string, string> = {}, from?: string) =>
  people.ask('POST', '/v1/session', { body: { name, password }, headers, ...(from !== undefined && { from }) })
const pass = (milliseconds: number) => {
  const { clock } = people.server
  clock.now = new Date(clock.now.getTime() + milliseconds)
}
const HOUR = 3_600_000

test('who signs in is known by the cookie, until it is given back', async () => {
  const user = await people.newUser([{ role: 'auditor' }])
  const answer = await signIn(user.name.toUpperCase(), PASSWORD)
  expect(answer.status).toBe(200)
  expect(answer.headers['set-cookie']).toMatch(/^chancery=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const headers = { cookie: cookieOf(answer) }
  const who = await people.ask('GET', '/v1/session', { headers })
  expect(who.body).toMatchObject({ kind: 'user', name: user.name, method: 'password', hasPassword: true })
  expect(who.body.rights).toContain('audit.read')
  expect(who.body.rights).not.toContain('user.create')
  expect((await people.ask('GET', '/v1/users', { headers })).status).toBe(200)
  expect((await people.ask('POST', '/v1/users', { headers, body: {} })).body).toEqual({
    message: `${user.name} may not do this: it needs the right user.create.`,
  })
  const out = await people.ask('DELETE', '/v1/session', { headers })
  expect([out.status, out.headers['set-cookie']]).toEqual([204, expect.stringContaining('Max-Age=0')])
  const after = await people.ask('GET', '/v1/session', { headers })
  expect([after.status, after.body]).toEqual([401, { message: 'This session was ended. Sign in again.' }])
})

test('behind a trusted proxy that was asked by https the cookie is held to this origin', async () => {
  const user = await people.newUser()
  const through = (protocol: string) => ({ 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': protocol })
  const answer = await signIn(user.name, PASSWORD, through('https'), '198.51.100.1')
  expect(answer.headers['set-cookie']).toMatch(
    /^__Host-chancery=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  const cookie = cookieOf(answer)
  const ask = (headers: Record<string, string>, from: string) =>
    people.ask('GET', '/v1/session', { headers: { cookie, ...headers }, from })
  expect((await ask(through('https'), '198.51.100.1')).status).toBe(200)
  expect((await ask(through('http'), '198.51.100.1')).status).toBe(401)
  expect((await ask({}, '192.0.2.1')).status).toBe(401)
})

test.each([
  ['from elsewhere', {}, '192.0.2.1'],
  ['through a proxy that was asked without https', { 'x-forwarded-proto': 'http' }, '198.51.100.1'],
  ['through a proxy on this machine that nobody declared', { 'x-forwarded-for': '192.0.2.1' }, '127.0.0.1'],
  ['from elsewhere that says it was https', { 'x-forwarded-proto': 'https' }, '192.0.2.1'],
])('a password that comes over plain HTTP %s is not looked at', async (_, headers, from) => {
  const user = await people.newUser()
  const answer = await signIn(user.name, PASSWORD, headers, from)
  expect([answer.status, answer.body.message]).toEqual([403, expect.stringMatching(/^Signing in over plain HTTP/)])
  expect(answer.headers['set-cookie']).toBeUndefined()
})

test('a wrong name and every kind of wrong password hear the same', async () => {
  const user = await people.newUser()
  const disabled = await people.newUser()
  await people.admin('PUT', `/v1/users/${disabled.uuid}`, { enabled: false })
  const deleted = await people.newUser()
  await people.admin('DELETE', `/v1/users/${deleted.uuid}`)
  const without = await people.newUser()
  await people.admin('PUT', `/v1/users/${without.uuid}/password`, { password: null })
  const answers = await Promise.all([
    signIn('nobody-here', PASSWORD),
    signIn(user.name, `${PASSWORD}x`),
    ...[disabled, deleted, without].map(({ name }) => signIn(name, PASSWORD)),
    signIn("' OR 1=1 --", PASSWORD),
  ])
  for (const { status, text } of answers) expect([status, text]).toEqual([401, answers[0]?.text])
})

test('what a page of another origin makes the browser ask for is not done', async () => {
  const user = await people.newUser([{ role: 'administrator' }])
  const { cookie } = await people.signIn(user.name, PASSWORD)
  const from = [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.test' }]
  for (const headers of from) {
    expect((await people.ask('DELETE', '/v1/session/others', { headers: { cookie, ...headers } })).status).toBe(403)
    expect((await signIn(user.name, PASSWORD, headers)).status).toBe(403)
  }
  const own = { cookie, 'sec-fetch-site': 'same-origin', origin: 'http://localhost', host: 'localhost' }
  expect((await people.ask('DELETE', '/v1/session/others', { headers: own })).status).toBe(204)
})

test('a session ends after an hour without use, and after twelve in any case', async () => {
  const user = await people.newUser()
  const { cookie } = await people.signIn(user.name, PASSWORD)
  const who = () => people.ask('GET', '/v1/session', { headers: { cookie } })
  for (let count = 0; count < 14; count++) {
    pass(0.8 * HOUR)
    expect((await who()).status).toBe(200)
  }
  pass(0.9 * HOUR)
  expect((await who()).body).toEqual({ message: 'This session is over. Sign in again.' })
  const idle = await people.signIn(user.name, PASSWORD)
  pass(HOUR)
  expect((await people.ask('GET', '/v1/session', { headers: idle })).body.message).toMatch(/not used for an hour/)
})

test('whoever is disabled, deleted or given another password is out with the next request', async () => {
  for (const [method, path, body, status] of [
    ['PUT', '', { enabled: false }, 200],
    ['DELETE', '', undefined, 204],
    ['PUT', '/password', { password: 'quite another password' }, 204],
    ['DELETE', '/sessions', undefined, 204],
  ] as const) {
    const user = await people.newUser()
    const { cookie } = await people.signIn(user.name, PASSWORD)
    expect((await people.admin(method, `/v1/users/${user.uuid}${path}`, body)).status).toBe(status)
    expect((await people.ask('GET', '/v1/session', { headers: { cookie } })).status).toBe(401)
  }
})

test('what a user may do is looked up at every request', async () => {
  const user = await people.newUser([{ role: 'auditor' }])
  const { cookie } = await people.signIn(user.name, PASSWORD)
  const list = () => people.ask('GET', '/v1/users', { headers: { cookie } })
  expect((await list()).status).toBe(200)
  await people.admin('PUT', `/v1/users/${user.uuid}`, { grants: [{ role: 'viewer' }] })
  expect((await list()).status).toBe(403)
})

test('a one-time link signs in once, and lets a password be set that ends the other sessions', async () => {
  const user = await people.newUser()
  const other = await people.signIn(user.name, PASSWORD)
  const link = await people.link(user)
  expect(link.url).toBe(`http://chancery.test/sign-in#${link.token}`)
  const use = (token = link.token) => people.ask('POST', '/v1/session/link', { body: { token } })
  const answers = await Promise.all([use(), use(), use()])
  const [first] = answers.filter(({ status }) => status === 200)
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
  expect(first?.body).toMatchObject({ name: user.name, method: 'link' })
  const headers = { cookie: first === undefined ? '' : cookieOf(first) }
  const set = (body: object) => people.ask('PUT', '/v1/session/password', { headers, body })
  expect((await set({ new: 'short' })).status).toBe(422)
  expect((await set({ new: 'PASSWORDpassword' })).body).toEqual([
    'new is one of those that are tried first. Choose another one.',
  ])
  expect((await set({ new: 'the next password' })).status).toBe(204)
  expect((await people.ask('GET', '/v1/session', { headers: other })).status).toBe(401)
  expect((await people.ask('GET', '/v1/session', { headers })).status).toBe(200)
  expect((await signIn(user.name, PASSWORD)).status).toBe(401)
  expect((await signIn(user.name, 'the next password')).status).toBe(200)
})

test('a link is over after a day, and void once there is a newer one', async () => {
  const user = await people.newUser()
  const first = await people.link(user)
  const second = await people.link(user)
  const use = (token: string) => people.ask('POST', '/v1/session/link', { body: { token } })
  expect((await use(first.token)).status).toBe(401)
  pass(24 * HOUR)
  expect((await use(second.token)).status).toBe(401)
  const third = await people.link(user)
  await people.admin('PUT', `/v1/users/${user.uuid}`, { enabled: false })
  expect((await use(third.token)).status).toBe(403)
})

test('who signed in with a password changes it only with the present one', async () => {
  const user = await people.newUser()
  const headers = await people.signIn(user.name, PASSWORD)
  const set = (body: object) => people.ask('PUT', '/v1/session/password', { headers, body })
  expect((await set({ new: 'the next password' })).body).toEqual(['current is missing.'])
  expect((await set({ current: 'not the present one', new: 'the next password' })).status).toBe(403)
  expect((await set({ current: PASSWORD, new: user.name })).status).toBe(422)
  expect((await set({ current: PASSWORD, new: 'the next password' })).status).toBe(204)
  expect((await signIn(user.name, 'the next password')).status).toBe(200)
})

test('people see and end their own sessions, and nobody else’s', async () => {
  const [user, stranger] = [await people.newUser(), await people.newUser()]
  const here = await people.signIn(user.name, PASSWORD)
  const there = await people.signIn(user.name, PASSWORD)
  await people.signIn(stranger.name, PASSWORD)
  const others = await people.ask('GET', '/v1/session/others', { headers: here })
  expect(others.body.sessions).toMatchObject([{ user: user.name, state: 'live', source: '127.0.0.1' }])
  const of = (name: string) => people.admin('GET', `/v1/sessions?user=${name}`)
  const foreign = (await of(stranger.name)).body.sessions[0].uuid
  const end = (uuid: string) => people.ask('DELETE', `/v1/session/others/${uuid}`, { headers: here })
  expect((await end(foreign)).status).toBe(404)
  expect((await end(others.body.sessions[0].uuid)).status).toBe(204)
  expect((await people.ask('GET', '/v1/session', { headers: there })).status).toBe(401)
  expect((await people.ask('GET', '/v1/session', { headers: here })).status).toBe(200)
})

test('an administrator lists sessions page by page, and ends one', async () => {
  const user = await people.newUser()
  const headers = await people.signIn(user.name, PASSWORD)
  await people.signIn(user.name, PASSWORD)
  const first = (await people.admin('GET', `/v1/sessions?user=${user.name}&itemsPerPage=1`)).body
  const second = (await people.admin('GET', `/v1/sessions?user=${user.name}&cursor=${first.nextCursor}`)).body
  expect([first.sessions.length, second.sessions.length, second.nextCursor]).toEqual([1, 1, null])
  expect((await people.admin('DELETE', `/v1/sessions/${second.sessions[0].uuid}`)).status).toBe(204)
  expect((await people.ask('GET', '/v1/session', { headers })).status).toBe(401)
  expect((await people.admin('GET', `/v1/sessions?user=${user.name}`)).body.sessions).toHaveLength(1)
  const ended = (await people.admin('GET', `/v1/sessions?user=${user.name}&ended=true`)).body.sessions
  expect(ended.map(({ state }: { state: string }) => state)).toEqual(['live', 'revoked'])
})

test('a token is known, and has neither session nor password', async () => {
  const headers = { authorization: `Bearer ${ADMIN}` }
  const who = await people.ask('GET', '/v1/session', { headers })
  expect(who.body).toMatchObject({
    kind: 'environment',
    name: 'CHANCERY_ADMIN_TOKEN',
    method: 'token',
    expiresAt: null,
  })
  for (const [method, path, body] of [
    ['DELETE', '/v1/session', undefined],
    ['PUT', '/v1/session/password', { new: 'the next password' }],
    ['DELETE', '/v1/session/others', undefined],
  ] as const) {
    expect((await people.ask(method, path, { headers, body })).status).toBe(409)
  }
  expect((await people.ask('GET', '/v1/session/others', { headers })).body).toEqual({ sessions: [] })
})

test.each([
  'chancery=',
  'chancery=x',
  `chancery=${'A'.repeat(43)}`,
  `chancery=${'A'.repeat(5000)}`,
  'chancery',
  ';;;=;',
  '__proto__=x; constructor=y',
  `__Host-chancery=${randomBytes(32).toString('base64url')}`,
])('the cookie %j lets nobody in', async (cookie) => {
  expect((await people.ask('GET', '/v1/users', { headers: { cookie } })).status).toBe(401)
})

test('neither log, database nor any answer but the one that sets it holds a cookie, a link or a password', async () => {
  const secret = `secret ${randomBytes(8).toString('hex')} of a user`
  const user = await people.newUser([{ role: 'viewer' }], secret)
  const { cookie } = await people.signIn(user.name, secret)
  const { token } = await people.link(user)
  await people.ask('POST', '/v1/session/link', { body: { token } })
  await signIn(secret, secret)
  const answers = await Promise.all(
    [`/v1/users/${user.uuid}`, '/v1/users', `/v1/sessions?user=${user.name}&ended=true`].map((path) =>
      people.admin('GET', path),
    ),
  )
  const shown = `${JSON.stringify(people.server.lines)}${answers.map(({ text }) => text).join('')}`
  const stored = JSON.stringify(await tableContents(people.server.context.config.database.url.reveal()))
  for (const one of [secret, token, cookie.split('=')[1] ?? '']) {
    expect(shown).not.toContain(one)
    expect(stored).not.toContain(one)
  }
  expect(shown).not.toContain('$argon2id$')
})
