import { createServer } from 'node:http'
import type { WhoAmI } from '@chancery/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import { freePort } from '../free-port.ts'
import { CLIENT_ID, CLIENT_SECRET, type IdentityProvider, startIdentityProvider } from '../identity-provider.ts'
import { onBothDatabases } from '../store.ts'

const HOST = '127.0.0.1:8080'
const BEGIN = '/api/v1/session/oidc'
const CALLBACK = `http://${HOST}${BEGIN}/callback`
const ROLES = 'pki-admins=administrator; helpdesk=operator@default,ra:tls; cn=audit,ou=groups=auditor'
const KEY_SECRET = 'a-key-secret-of-more-than-32-characters'

let provider: IdentityProvider
beforeAll(async () => {
  provider = await startIdentityProvider([CALLBACK])
})
afterAll(() => provider.close())

const settingsFor = (issuer: string) => ({
  CHANCERY_OIDC_ISSUER: issuer,
  CHANCERY_OIDC_CLIENT_ID: CLIENT_ID,
  CHANCERY_OIDC_CLIENT_SECRET: CLIENT_SECRET,
  CHANCERY_OIDC_ROLES: ROLES,
})

/** What a browser keeps and where it is. */
interface Answer {
  readonly status: number
  readonly location: string | undefined
  readonly cookies: Readonly<Record<string, string>>
  readonly message: string
}

async function get({ app }: TestApp, url: string, cookies: Answer['cookies'] = {}): Promise<Answer> {
  const cookie = Object.entries(cookies)
    .map((pair) => pair.join('='))
    .join('; ')
  const answer = await app.inject({ url, headers: { host: HOST, ...(cookie !== '' && { cookie }) } })
  return {
    status: answer.statusCode,
    location: answer.headers.location,
    cookies: Object.fromEntries(answer.cookies.map(({ name, value }) => [name, value])),
    message: answer.headers['content-type']?.startsWith('application/json')
      ? (answer.json().message ?? '')
      : answer.body,
  }
}

/** All the way: to the provider, through it, and back. */
async function signIn(node: TestApp, name: string, back: (url: URL) => URL = (url) => url): Promise<Answer> {
  const begun = await get(node, BEGIN)
  expect(begun.status, begun.message).toBe(302)
  const returned = back(await provider.signIn(begun.location ?? '', name))
  return get(node, `${returned.pathname}${returned.search}`, begun.cookies)
}

async function who(node: TestApp, { cookies }: Pick<Answer, 'cookies'>): Promise<WhoAmI | number> {
  const answer = await node.app.inject({
    url: '/api/v1/session',
    headers: { host: HOST, cookie: `chancery=${cookies.chancery}` },
  })
  return answer.statusCode === 200 ? answer.json<WhoAmI>() : answer.statusCode
}

onBothDatabases((database, dialect) => {
  let node: TestApp
  let url: string
  const start = () =>
    testApp({
      ...settingsFor(provider.issuer),
      ...(dialect === 'postgres' && { CHANCERY_DATABASE_URL: url, CHANCERY_KEY_SECRET: KEY_SECRET }),
    })
  beforeAll(async () => {
    url = (await database.empty()).url
    node = await start()
  })
  afterAll(() => node.close())

  test('a person whom the provider knows is signed in, with the roles that the claims say, and named by them', async () => {
    provider.people.set('alice-1', {
      name: 'Alice Example',
      email: 'alice@example.com',
      preferred_username: 'Alice',
      groups: ['staff', 'pki-admins'],
    })
    const answer = await signIn(node, 'alice-1')
    expect([answer.status, answer.location, answer.message]).toEqual([302, '/', ''])
    expect(answer.cookies['chancery-oidc']).toBe('')
    expect(await who(node, answer)).toMatchObject({
      kind: 'user',
      name: 'alice',
      displayName: 'Alice Example',
      grants: [{ role: 'administrator' }],
      method: 'oidc',
    })
    const logged = JSON.stringify(node.lines)
    for (const secret of [CLIENT_SECRET, answer.cookies.chancery ?? '']) expect(logged).not.toContain(secret)
  })

  test('a role for some profiles is one, and several add up', async () => {
    provider.people.set('bob-1', { preferred_username: 'bob', groups: ['helpdesk', 'cn=audit,ou=groups'] })
    expect(await who(node, await signIn(node, 'bob-1'))).toMatchObject({
      grants: [
        { role: 'operator', scope: { scepProfiles: ['default'], raProfiles: ['default', 'tls'] } },
        { role: 'auditor' },
      ],
    })
  })

  test('without a role nobody gets in, and is told which claim was looked at and what it says', async () => {
    provider.people.set('carol-1', { preferred_username: 'carol', groups: ['staff'] })
    const refused = await signIn(node, 'carol-1')
    expect([refused.status, refused.cookies.chancery]).toEqual([403, undefined])
    expect(refused.message).toContain('roles come from the claim "groups", and the provider says ["staff"]')
    provider.people.set('dave-1', { preferred_username: 'dave' })
    expect((await signIn(node, 'dave-1')).message).toContain('has no such claim')
    expect(await node.store.users.findByIdentity(provider.issuer, 'carol-1')).toBeUndefined()
  })

  test('what the claims say at the next sign-in counts, for the same user', async () => {
    provider.people.set('erin-1', { preferred_username: 'erin', groups: ['pki-admins'] })
    const first = await signIn(node, 'erin-1')
    provider.people.set('erin-1', { preferred_username: 'renamed', email: 'erin@example.com', groups: ['helpdesk'] })
    const second = await who(node, await signIn(node, 'erin-1'))
    expect(second).toMatchObject({ name: 'erin', grants: [{ role: 'operator' }] })
    expect(await node.store.users.findByIdentity(provider.issuer, 'erin-1')).toMatchObject({
      name: 'erin',
      email: 'erin@example.com',
      grants: [],
    })
    expect(await who(node, first), 'until that session ends').toMatchObject({ grants: [{ role: 'administrator' }] })
    provider.people.set('erin-1', { groups: [] })
    expect((await signIn(node, 'erin-1')).status).toBe(403)
  })

  test('nobody becomes a local user by having the name, nor shares one with a token', async () => {
    const local = {
      uuid: crypto.randomUUID(),
      name: 'frank',
      displayName: null,
      email: 'frank@example.com',
      grants: [{ role: 'administrator' }],
      enabled: true,
      password: null,
      identity: null,
      createdAt: node.clock.now,
    }
    expect(await node.store.users.create(local)).toBe(true)
    provider.people.set('frank-1', { preferred_username: 'frank', email: 'frank@example.com', groups: ['helpdesk'] })
    expect(await who(node, await signIn(node, 'frank-1'))).toMatchObject({
      name: 'frank-2',
      grants: [{ role: 'operator' }],
    })
    expect(await node.store.users.findByName('frank')).toMatchObject({ uuid: local.uuid, identity: null })
  })

  describe('what is wrong on the way back signs nobody in', () => {
    beforeAll(() => {
      provider.people.set('grace-1', { preferred_username: 'grace', groups: ['pki-admins'] })
    })
    const changed = (name: string, value: string) => (back: URL) => {
      back.searchParams.set(name, value)
      return back
    }

    test.each([
      ['another state', changed('state', 'x'.repeat(43))],
      ['a code that was never given', changed('code', 'x'.repeat(43))],
      ['another issuer', changed('iss', 'https://evil.example')],
    ])('%s', async (_, back) => {
      const refused = await signIn(node, 'grace-1', back)
      expect([refused.status, refused.cookies.chancery]).toEqual([401, undefined])
    })

    test('a code that was used, with a flow of its own or with that of another browser', async () => {
      const begun = await get(node, BEGIN)
      const back = await provider.signIn(begun.location ?? '', 'grace-1')
      const path = `${back.pathname}${back.search}`
      expect((await get(node, path)).status, 'without the cookie').toBe(401)
      const other = await get(node, BEGIN)
      expect((await get(node, path, other.cookies)).status, 'the state of another').toBe(401)
      expect((await get(node, path, begun.cookies)).status).toBe(302)
      expect((await get(node, path, begun.cookies)).status, 'again').toBe(401)
    })

    test('the nonce of another sign-in: a code that somebody brought in from elsewhere', async () => {
      const [mine, theirs] = [await get(node, BEGIN), await get(node, BEGIN)]
      const stolen = new URL(theirs.location ?? '')
      const back = await provider.signIn(stolen.href, 'grace-1')
      back.searchParams.set('state', new URL(mine.location ?? '').searchParams.get('state') ?? '')
      expect((await get(node, `${back.pathname}${back.search}`, mine.cookies)).status).toBe(401)
    })

    test('a flow that somebody made up, and one that is ten minutes old', async () => {
      const begun = await get(node, BEGIN)
      const back = await provider.signIn(begun.location ?? '', 'grace-1')
      const path = `${back.pathname}${back.search}`
      const text = begun.cookies['chancery-oidc'] ?? ''
      expect((await get(node, path, { 'chancery-oidc': `${text.slice(0, -2)}xx` })).status).toBe(401)
      const { now } = node.clock
      node.clock.now = new Date(now.getTime() + 600_000)
      expect((await get(node, path, begun.cookies)).status).toBe(401)
      node.clock.now = now
    })

    test('a person who does not agree there', async () => {
      const begun = await get(node, BEGIN)
      const state = new URL(begun.location ?? '').searchParams.get('state') ?? ''
      const query = new URLSearchParams({
        error: 'access_denied',
        error_description: 'no\u0007',
        state,
        iss: provider.issuer,
      })
      const refused = await get(node, `${BEGIN}/callback?${query}`, begun.cookies)
      expect([refused.status, refused.message]).toEqual([401, expect.stringContaining('access_denied: no\\u0007')])
    })
  })

  test('nothing in the request leads the browser elsewhere', async () => {
    const begun = await node.app.inject({ url: `${BEGIN}?returnTo=https://evil.example`, headers: { host: HOST } })
    expect(begun.statusCode).toBe(422)
    const odd = await node.app.inject({ url: BEGIN, headers: { host: 'evil.example/path?' } })
    expect(odd.statusCode).toBe(422)
  })

  if (dialect === 'postgres') {
    test('a flow begun on one node is finished on another, and a session that is ended is so on both at once', async () => {
      const other = await start()
      try {
        const begun = await get(node, BEGIN)
        const back = await provider.signIn(begun.location ?? '', 'alice-1')
        const answer = await get(other, `${back.pathname}${back.search}`, begun.cookies)
        expect(answer.status, answer.message).toBe(302)
        expect(await who(node, answer)).toMatchObject({ name: 'alice' })
        const headers = { host: HOST, cookie: `chancery=${answer.cookies.chancery}` }
        const { sessions } = await node.store.sessions.list({ limit: 1 }, node.clock.now)
        expect(await node.store.sessions.revoke(sessions[0]?.session.uuid ?? '', node.clock.now)).toBe(true)
        for (const one of [node, other]) {
          expect((await one.app.inject({ url: '/api/v1/scepProfiles', headers })).statusCode).toBe(401)
        }
      } finally {
        await other.close()
      }
    })
  }
})

test.each([
  ['that is down', async () => `http://127.0.0.1:${await freePort()}`],
  [
    'that answers something else',
    async () => {
      const server = createServer((_, answer) => answer.end('<html>'))
      const port = await freePort()
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      server.unref()
      return `http://127.0.0.1:${port}`
    },
  ],
])('a provider %s is told in one sentence, and once it is there people sign in', async (_, issuer) => {
  const node = await testApp({
    ...settingsFor(await issuer()),
    CHANCERY_ADMIN_TOKEN: 'a-token-of-more-than-32-characters-x',
  })
  try {
    const begun = await get(node, BEGIN)
    expect([begun.status, begun.message]).toEqual([
      503,
      expect.stringMatching(/^The identity provider .* local user\.$/),
    ])
    const headers = { authorization: 'Bearer a-token-of-more-than-32-characters-x' }
    expect((await node.app.inject({ url: '/api/v1/scepProfiles', headers })).statusCode).toBe(200)
  } finally {
    await node.close()
  }
})

test('without a provider the address says so', async () => {
  const node = await testApp()
  const begun = await get(node, BEGIN)
  expect([begun.status, begun.message]).toEqual([404, expect.stringContaining('CHANCERY_OIDC_ISSUER')])
  await node.close()
})
