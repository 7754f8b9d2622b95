import * as contract from '@chancery/api'
import { type AnyRoute, type Route, routesOf } from '@chancery/api'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import { onBothDatabases } from '../store.ts'
import { fitting, type Known, SECRET_MARK } from './arbitrary-body.ts'
import { tableContents } from './table-contents.ts'

/** Every route that may change something, also those that are added after this was written. */

const ADMIN_TOKEN = 'an-admin-token-of-more-than-32-characters'
const KEY_SECRET = { CHANCERY_KEY_SECRET: 'a-key-secret-of-more-than-32-characters' }
const ORDER = ['POST', 'PUT', 'PATCH', 'DELETE']
const ROUTES = Object.entries(routesOf(contract))
const MUTATING = ROUTES.filter(
  (entry): entry is [string, Route] => entry[1].method !== 'GET' && 'permission' in entry[1],
).sort(([, a], [, b]) => ORDER.indexOf(a.method) - ORDER.indexOf(b.method))
const CALLS = { sqlite: 8, postgres: 3 }
const SEED = 20_261_126
/** Written beside whatever is done: when a token was used, who runs a job, and the log itself. */
const ASIDE = ['audit_event', 'audit_segment', 'job_lease', 'api_token']

// After each of some hundred calls the whole database is read.
vi.setConfig({ testTimeout: 400_000 })

interface Call {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
}

onBothDatabases((database, dialect) => {
  let app: TestApp
  let url: string
  beforeAll(async () => {
    const where = dialect === 'sqlite' ? {} : { CHANCERY_DATABASE_URL: (await database.empty()).url, ...KEY_SECRET }
    app = await testApp({ ...where, CHANCERY_ADMIN_TOKEN: ADMIN_TOKEN })
    await app.app.ready()
    url = app.context.config.database.url.reveal()
  })
  afterAll(() => app.close())

  async function send(route: AnyRoute, { params, query, body }: Call, token = ADMIN_TOKEN) {
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const search = new URLSearchParams(query).toString()
    const answer = await app.app.inject({
      method: route.method,
      url: `/api${path}${search === '' ? '' : `?${search}`}`,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    })
    return { status: answer.statusCode, text: answer.body }
  }

  async function known(): Promise<Known> {
    const uuidsIn: Record<string, string[]> = {}
    const names = new Set<string>()
    for (const [, route] of ROUTES.filter(([, { method, path }]) => method === 'GET' && !path.includes(':'))) {
      const { text } = await send(route, { params: {}, query: {}, body: undefined })
      uuidsIn[lastWord(route.path)] = all(text, /[[,{]\{"uuid":"([^"]+)"/g).slice(-6)
      for (const name of all(text, /"name":"([A-Za-z0-9-]+)"/g)) names.add(name)
    }
    return { uuidsIn, names: [...names].slice(0, 6) }
  }

  const served = () => MUTATING.filter(([, { method, path }]) => app.app.hasRoute({ method, url: `/api${path}` }))

  async function stateOf() {
    const tables = await tableContents(url)
    return {
      events: tables.audit_event ?? [],
      rest: Object.entries(tables).filter(([table]) => !ASIDE.includes(table)),
    }
  }

  test('what changed something is an event of whoever did it, and no event has a secret in it', async () => {
    const told = new Set<string>()
    let before = await stateOf()
    for (const [name, route] of served()) {
      for (const call of fc.sample(callsOf(route, await known()), { seed: SEED, numRuns: CALLS[dialect] })) {
        await send(route, call)
        const after = await stateOf()
        const added = newIn(after, before)
        const isChanged = JSON.stringify(after.rest) !== JSON.stringify(before.rest)
        before = after
        expect(added.join(), name).not.toContain(SECRET_MARK)
        if (!isChanged) continue
        expect(
          added.some((event) => event.includes('"CHANCERY_ADMIN_TOKEN"')),
          `${name} changed something and left no event`,
        ).toBe(true)
        told.add(name)
      }
    }
    expect(told.size).toBeGreaterThan(15)
  })

  test('what was refused changed nothing, and is an event too', async () => {
    const body = { name: 'onlooker', role: 'viewer' }
    const made = await send(contract.createToken, { params: {}, query: {}, body })
    const { token } = JSON.parse(made.text) as contract.CreatedToken
    const before = await stateOf()
    for (const [name, route] of served().filter(([, { permission }]) => !permission.endsWith('.read'))) {
      for (const call of fc.sample(callsOf(route, await known()), { seed: SEED, numRuns: 2 })) {
        expect([name, (await send(route, call, token)).status]).toEqual([name, 403])
      }
    }
    const after = await stateOf()
    expect(after.rest).toEqual(before.rest)
    // What the administrator read in between is told as well.
    const added = newIn(after, before).filter((event) => event.includes('"actor":"onlooker"'))
    expect(added.length).toBeGreaterThan(15)
    for (const event of added) expect(event).toContain('"outcome":"refused"')
  })
})

function callsOf(route: Route, known: Known): fc.Arbitrary<Call> {
  const params = fc.record(
    Object.fromEntries(
      Object.entries(route.params.properties).map(([name, schema]) => {
        const existing = known.uuidsIn[lastWord(route.path.slice(0, route.path.indexOf(`/:${name}`)))] ?? []
        const some = fitting(schema, known) as fc.Arbitrary<string>
        return [name, existing.length === 0 ? some : fc.constantFrom(...existing)]
      }),
    ),
  )
  const body = route.body === undefined ? fc.constant(undefined) : fitting(route.body, known)
  return fc.record({ params, query: fc.constant({}), body })
}

type State = { readonly events: readonly unknown[] }

function newIn(after: State, before: State): string[] {
  const known = new Set(before.events)
  return after.events.filter((event) => !known.has(event)).map(String)
}

function lastWord(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function all(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))]
}
