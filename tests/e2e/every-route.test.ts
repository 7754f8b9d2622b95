import { randomBytes } from 'node:crypto'
import * as contract from '@chancery/api'
import { type AnyRoute, Faults, openApiDocument, Refusal, rightOf, routesOf } from '@chancery/api'
import fc from 'fast-check'
import { type TSchema, Type } from 'typebox'
import Value from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import { onBothDatabases } from '../store.ts'
import { fitting, type Known, mutated, SECRET_MARK, sparse } from './arbitrary-body.ts'
import { contentsBesideAudit } from './table-contents.ts'

/** Every route of the contract, also those that are added after this was written, with whatever somebody may send. */

const ADMIN_TOKEN = 'an-admin-token-of-more-than-32-characters'
/** What makes things first, so that the others find some; what deletes them last. */
const ORDER = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE']
const ROUTES = Object.entries(routesOf(contract)).sort(
  ([, a], [, b]) => ORDER.indexOf(a.method) - ORDER.indexOf(b.method),
)
const KEY_SECRET = { CHANCERY_KEY_SECRET: 'a-key-secret-of-more-than-32-characters' }
const SEED = 20_261_125
const RUNS = { sqlite: 12, postgres: 5 }
const document = openApiDocument(contract, { version: '1', serverUrl: '/api' })
const declared = new Map(
  Object.values(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId, responses }) => [operationId, Object.keys(responses)] as const),
  ),
)

interface Call {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

onBothDatabases((database, dialect) => {
  let app: TestApp
  let url: string
  /** Routes that did what they are for at least once. */
  const done = new Set<string>()
  beforeAll(async () => {
    const where = dialect === 'sqlite' ? {} : { CHANCERY_DATABASE_URL: (await database.empty()).url, ...KEY_SECRET }
    app = await testApp({ ...where, CHANCERY_ADMIN_TOKEN: ADMIN_TOKEN })
    url = app.context.config.database.url.reveal()
  })
  afterAll(() => app.close())

  const admin = { authorization: `Bearer ${ADMIN_TOKEN}` }

  /** From an address of its own where it may be refused, so that no limit on guesses answers for the route. */
  async function send(
    route: AnyRoute,
    { params, query, body }: Call,
    headers: object,
    from = '192.0.2.1',
  ): Promise<Answer> {
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const search = new URLSearchParams(query as Record<string, string>).toString()
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
    const answer = await app.app.inject({
      method: route.method,
      url: `/api${path}${search === '' ? '' : `?${search}`}`,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      remoteAddress: from,
      ...payload,
    })
    return { status: answer.statusCode, type: String(answer.headers['content-type'] ?? ''), text: answer.body }
  }

  /** What the lists have at this moment. */
  async function known(): Promise<Known> {
    const uuidsIn: Record<string, string[]> = {}
    const names = new Set<string>()
    for (const [, route] of ROUTES.filter(([, { method, path }]) => method === 'GET' && !path.includes(':'))) {
      const { text } = await send(route, { params: {}, query: {}, body: undefined }, admin)
      // The uuid of an entry stands first in it.
      uuidsIn[collectionOf(route.path)] = all(text, /[[,{]\{"uuid":"([^"]+)"/g).slice(-6)
      for (const name of all(text, /"name":"([A-Za-z0-9-]+)"/g)) names.add(name)
    }
    return { uuidsIn, names: [...names].slice(0, 6) }
  }

  describe.each(ROUTES)('%s', (name, route) => {
    test('answers whatever an administrator sends as its contract says, and repeats no secret', async () => {
      const calls = callsOf(route, await known())
      const judge = async (call: Call) => {
        const before = app.lines.length
        const answer = await send(route, call, admin)
        expectAsDeclared(name, route, answer)
        if (answer.status < 300) done.add(name)
        const logged = JSON.stringify(app.lines.slice(before))
        expect(logged).not.toContain(SECRET_MARK)
        expect(logged).not.toContain(ADMIN_TOKEN)
      }
      await fc.assert(fc.asyncProperty(calls, judge), { seed: SEED, numRuns: RUNS[dialect], endOnFailure: true })
    })
  })

  test('most calls can be generated so that they do what they are for', () => {
    expect(done.size).toBeGreaterThan(ROUTES.length / 2)
  })

  /** A token as an administrator makes it. */
  async function newToken(
    role: contract.Role,
    scope: contract.Scope | null = null,
  ): Promise<contract.CreatedToken & { readonly headers: object }> {
    const body = { name: `token-${randomBytes(4).toString('hex')}`, role, scope, ttlSeconds: 3_600 }
    const made = await send(contract.createToken, { params: {}, query: {}, body }, admin)
    expect([made.status, made.text]).toEqual([201, expect.any(String)])
    const token = JSON.parse(made.text) as contract.CreatedToken
    return { ...token, headers: { authorization: `Bearer ${token.token}` } }
  }

  /** Profiles that are there: whatever was sent before may have deleted any. */
  async function scopeOfSome(): Promise<contract.Scope> {
    const namesOf = async (route: AnyRoute) =>
      all(
        (await send(route, { params: {}, query: {}, body: undefined }, admin)).text,
        /[[,]\{"uuid":"[^"]+","name":"([^"]+)"/g,
      )
    return {
      scepProfiles: (await namesOf(contract.listScepProfiles)).slice(0, 1),
      raProfiles: (await namesOf(contract.listRaProfiles)).slice(0, 1),
    }
  }

  /** Who lacks what right, and what they are told. A row more for every way of having none. */
  const REFUSED: readonly (readonly [
    who: string,
    headers: () => Promise<object>,
    status: (route: AnyRoute) => number,
  ])[] = [
    ['without a token', async () => ({}), unlessOpen],
    ['with a wrong token', async () => ({ authorization: `Bearer ${ADMIN_TOKEN}x` }), unlessOpen],
    ['with an empty token', async () => ({ authorization: 'Bearer ' }), unlessOpen],
    ['with another scheme', async () => ({ authorization: `Basic ${btoa(`admin:${ADMIN_TOKEN}`)}` }), unlessOpen],
    [
      'with a revoked token',
      async () => {
        const { uuid, headers } = await newToken('administrator')
        await send(contract.revokeToken, { params: { uuid }, query: {}, body: undefined }, admin)
        return headers
      },
      unlessOpen,
    ],
    [
      'with an expired token',
      async () => {
        const { headers } = await newToken('administrator')
        app.clock.now = new Date(app.clock.now.getTime() + 7_200_000)
        return headers
      },
      unlessOpen,
    ],
    ...contract.ROLE_NAMES.filter((role) => role !== 'administrator').map(
      (role) =>
        [
          `who is only ${role}`,
          async () => (await newToken(role)).headers,
          (route: AnyRoute) => {
            const right = rightOf(route)
            return right === undefined || contract.mayRole(role, right) ? 0 : 403
          },
        ] as const,
    ),
    ...contract.ROLE_NAMES.map(
      (role) =>
        [
          `who is ${role} for some profiles only`,
          async () => (await newToken(role, await scopeOfSome())).headers,
          (route: AnyRoute) => (rightOf(route) === undefined || opensForSome(route, role) ? 0 : 403),
        ] as const,
    ),
  ]

  let samples: ReturnType<typeof sampleCalls> | undefined
  test.each(REFUSED)(
    'a caller %s is refused before anything else, at every route, and nothing is done',
    async (_, make, statusAt) => {
      const headers = await make()
      samples ??= sampleCalls(await known())
      const refusing = samples.filter(({ route }) => statusAt(route) !== 0)
      expect(refusing.length).toBeGreaterThan(10)
      const callAll = async (from: number, to: number) => {
        for (const [index, { name, route, calls }] of refusing.entries()) {
          for (const [number, call] of calls.slice(from, to).entries()) {
            const answer = await send(route, call, headers, `10.1.${index}.${number}`)
            expect([name, answer.status]).toEqual([name, statusAt(route)])
            expect(JSON.parse(answer.text)).toEqual({ message: expect.any(String) })
          }
        }
      }
      // The first use of a token in a minute is noted.
      await callAll(0, 1)
      const before = await contentsBesideAudit(url)
      await callAll(1, 5)
      expect(await contentsBesideAudit(url)).toEqual(before)
    },
  )

  async function post(path: string, body: object): Promise<string> {
    const answer = await app.app.inject({ method: 'POST', url: `/api/v1/${path}`, headers: admin, payload: body })
    expect(answer.statusCode, answer.body).toBe(201)
    return answer.json<{ uuid: string }>().uuid
  }

  /** Profiles of a name that nothing else has, and a challenge. */
  async function newProfiles(): Promise<Owned> {
    const name = `own-${randomBytes(4).toString('hex')}`
    const authorities = await app.app.inject({ url: '/api/v1/authorities', headers: admin })
    const builtIn = authorities.json<{ uuid: string; kind: string }[]>().find(({ kind }) => kind === 'built-in')
    const raProfile = await post(`authorities/${builtIn?.uuid}/raProfiles`, { name })
    const raCertificate = { authorityUuid: builtIn?.uuid }
    const scepProfile = await post('scepProfiles', { name, raProfileUuid: raProfile, raCertificate })
    return { name, raProfile, scepProfile, challenge: await post(`scepProfiles/${scepProfile}/challenges`, {}) }
  }

  test.each(contract.ROLE_NAMES)(
    'who is %s for his own profiles finds nothing of those of others and does nothing to them, at every route',
    async (role) => {
      const own = await newProfiles()
      const others = await newProfiles()
      const { headers } = await newToken(role, { scepProfiles: [own.name], raProfiles: [own.name] })
      const { name: theirName, raProfile, scepProfile, challenge } = others
      const theirs: Known = {
        uuidsIn: { scepProfiles: [scepProfile], raProfiles: [raProfile], challenges: [challenge] },
        names: [theirName],
      }
      const list = { params: {}, query: {}, body: undefined }
      // The first use of a token in a minute is noted.
      const mine = await send(contract.listScepProfiles, list, headers)
      expect(JSON.parse(mine.text)).toEqual([expect.objectContaining({ uuid: own.scepProfile })])
      const before = await contentsBesideAudit(url)
      for (const [name, route] of ROUTES.filter(([, one]) => opensForSome(one, role))) {
        for (const call of fc.sample(callsOf(route, theirs), { seed: SEED, numRuns: 12 })) {
          const { status, text } = await send(route, call, headers)
          expect(status, `${name} ${text}`).toBeLessThan(500)
          const told = status < 300 ? text : withoutWhatWasSent(text, call)
          for (const mark of [theirName, raProfile, scepProfile, challenge]) expect(told, name).not.toContain(mark)
        }
      }
      expect(await contentsBesideAudit(url)).toEqual(before)
    },
  )
})

/** Whether a role for some profiles opens a route at all. */
function opensForSome(route: AnyRoute, role: contract.Role): boolean {
  return 'permission' in route && route.scoped === true && contract.mayRole(role, route.permission)
}

interface Owned {
  readonly name: string
  readonly raProfile: string
  readonly scepProfile: string
  readonly challenge: string
}

/** A refusal may repeat what somebody sent, and says nothing by that. */
function withoutWhatWasSent(text: string, call: Call): string {
  return all(JSON.stringify(call), /([\w-]{8,})/g).reduce((rest, sent) => rest.replaceAll(sent, ''), text)
}

function sampleCalls(existing: Known) {
  return ROUTES.map(([name, route]) => ({
    name,
    route,
    calls: fc.sample(callsOf(route, existing), { seed: SEED, numRuns: 5 }),
  }))
}

/** Who is not known hears it wherever somebody must be. */
function unlessOpen(route: AnyRoute): number {
  return 'access' in route && route.access === 'open' ? 0 : 401
}

function collectionOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function all(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))]
}

/** Parameters that mostly lead somewhere; queries and bodies of which half fit. */
function callsOf(route: AnyRoute, known: Known): fc.Arbitrary<Call> {
  const params = fc.record(
    Object.fromEntries(
      Object.entries(route.params.properties).map(([name, schema]) => {
        const existing = known.uuidsIn[collectionOf(route.path.slice(0, route.path.indexOf(`/:${name}`)))] ?? []
        const some = fitting(schema, known) as fc.Arbitrary<string>
        return [name, existing.length === 0 ? some : fc.oneof(some, ...existing.map((uuid) => fc.constant(uuid)))]
      }),
    ),
  )
  const oddParams = fc.record(
    Object.fromEntries(Object.keys(route.params.properties).map((name) => [name, ODD_SEGMENT])),
  )
  const query = fitting(route.query, known) as fc.Arbitrary<Record<string, unknown>>
  const oddQuery = fc.dictionary(
    fc.oneof(fc.constantFrom(...Object.keys(route.query.properties), 'none'), ODD_TEXT),
    ODD_TEXT,
  )
  const body = route.body === undefined ? fc.constant(undefined) : fitting(route.body, known)
  return fc.record({
    params: fc.oneof({ weight: 9, arbitrary: params }, { weight: 1, arbitrary: oddParams }),
    query: fc.oneof({ weight: 6, arbitrary: query }, { weight: 1, arbitrary: oddQuery }),
    body: route.body === undefined ? body : fc.oneof(body, sparse(body, route.body), mutated(body)),
  })
}

/** Those that would make another path are in apps/server/src/admin/bad-input.test.ts. */
const ODD_SEGMENTS = ['\0', '../..', '%', '%2e', 'a/b', '__proto__', 'x'.repeat(280), 'é', "' OR 1=1 --"]
const ODD_SEGMENT = fc.constantFrom(...ODD_SEGMENTS)
const ODD_TEXT = fc.constantFrom('', '..', ...ODD_SEGMENTS)

function expectAsDeclared(name: string, route: AnyRoute, { status, type, text }: Answer): void {
  const where = `${name} ${status} ${text.slice(0, 300)}`
  expect(status, where).toBeLessThan(500)
  expect(declared.get(name), where).toContain(String(status))
  expect(text, where).not.toContain(SECRET_MARK)
  expect(text, where).not.toMatch(/\bat .{0,200}\.ts:\d|node_modules|SQLITE|constraint/)
  if (status >= 400) {
    expect(type, where).toMatch(/^application\/json/)
    expect(Value.Check(status === 422 ? Faults : Refusal, JSON.parse(text)), where).toBe(true)
    return
  }
  const { answer } = route
  if (status === 204 || status === 302) expect(text, where).toBe('')
  else if (answer.type === 'text/plain') expect(type, where).toMatch(/^text\/plain/)
  else if (answer.type === 'file') expect(answer.mediaTypes, where).toContain(type.replace(/;.*$/, ''))
  else expectSchema(answer.schema, JSON.parse(text), where)
}

/** What the schema says is there, and nothing beside it: an answer that says more than its contract may say too much. */
function expectSchema(schema: TSchema, value: unknown, where: string): void {
  expect([...Value.Errors(schema, value)], where).toEqual([])
  if (Type.IsObject(schema) || Type.IsArray(schema))
    expect(Value.Clean(schema, structuredClone(value)), where).toEqual(value)
}
