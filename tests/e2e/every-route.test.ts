import * as contract from '@chancery/api'
import { Faults, openApiDocument, Refusal, type Route, routesOf } from '@chancery/api'
import fc from 'fast-check'
import { type TSchema, Type } from 'typebox'
import Value from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import { onBothDatabases } from '../store.ts'
import { fitting, type Known, mutated, SECRET_MARK } from './arbitrary-body.ts'
import { tableContents } from './table-contents.ts'

/** Every route of the contract, also those that are added after this was written, with whatever somebody may send. */

const ADMIN_TOKEN = 'an-admin-token-of-more-than-32-characters'
const ROUTES = Object.entries(routesOf(contract))
const KEY_SECRET = { CHANCERY_KEY_SECRET: 'a-key-secret-of-more-than-32-characters' }
const SEED = 20_261_125
const RUNS = { sqlite: 24, postgres: 8 }
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
  beforeAll(async () => {
    const where = dialect === 'sqlite' ? {} : { CHANCERY_DATABASE_URL: (await database.empty()).url, ...KEY_SECRET }
    app = await testApp({ ...where, CHANCERY_ADMIN_TOKEN: ADMIN_TOKEN })
    url = app.context.config.database.url.reveal()
  })
  afterAll(() => app.close())

  const admin = { authorization: `Bearer ${ADMIN_TOKEN}` }

  /** From an address of its own where it may be refused, so that no limit on guesses answers for the route. */
  async function send(
    route: Route,
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
    const lists = ROUTES.filter(
      ([, { method, params }]) => method === 'GET' && Object.keys(params.properties).length === 0,
    )
    const texts: string[] = []
    for (const [, route] of lists)
      texts.push((await send(route, { params: {}, query: {}, body: undefined }, admin)).text)
    const found = (pattern: RegExp) => [
      ...new Set(texts.flatMap((text) => [...text.matchAll(pattern)]).map((m) => m[1] ?? '')),
    ]
    return { uuids: found(/"uuid":"([^"]+)"/g).slice(0, 12), names: found(/"name":"([A-Za-z0-9-]+)"/g).slice(0, 6) }
  }

  describe.each(ROUTES)('%s', (name, route) => {
    test('answers whatever an administrator sends as its contract says, and repeats no secret', async () => {
      const calls = callsOf(route, await known())
      const judge = async (call: Call) => {
        const before = app.lines.length
        const answer = await send(route, call, admin)
        expectAsDeclared(name, route, answer)
        const logged = JSON.stringify(app.lines.slice(before))
        expect(logged).not.toContain(SECRET_MARK)
        expect(logged).not.toContain(ADMIN_TOKEN)
      }
      await fc.assert(fc.asyncProperty(calls, judge), { seed: SEED, numRuns: RUNS[dialect], endOnFailure: true })
    })
  })

  /** Who may do nothing, and what they are told. A row more for every way of having no right. */
  const REFUSED: readonly (readonly [who: string, headers: () => Promise<object>, status: number])[] = [
    ['without a token', async () => ({}), 401],
    ['with a wrong token', async () => ({ authorization: `Bearer ${ADMIN_TOKEN}x` }), 401],
    ['with an empty token', async () => ({ authorization: 'Bearer ' }), 401],
    ['with another scheme', async () => ({ authorization: `Basic ${btoa(`admin:${ADMIN_TOKEN}`)}` }), 401],
  ]

  test.each(REFUSED)(
    'a caller %s is refused before anything else, at every route, and nothing is done',
    async (_, make, status) => {
      const headers = await make()
      const existing = await known()
      const before = await tableContents(url)
      let source = 0
      for (const [name, route] of ROUTES) {
        for (const call of fc.sample(callsOf(route, existing), { seed: SEED, numRuns: 4 })) {
          source++
          const answer = await send(route, call, headers, `10.1.${source >> 8}.${source & 255}`)
          expect([name, answer.status]).toEqual([name, status])
          expect(JSON.parse(answer.text)).toEqual({ message: expect.any(String) })
        }
      }
      expect(await tableContents(url)).toEqual(before)
    },
  )
})

/** Parameters that mostly lead somewhere; queries and bodies of which half fit. */
function callsOf(route: Route, known: Known): fc.Arbitrary<Call> {
  const params = fitting(route.params, known) as fc.Arbitrary<Record<string, string>>
  const oddParams = fc.dictionary(fc.constantFrom(...Object.keys(route.params.properties), 'none'), ODD_TEXT)
  const query = fitting(route.query, known) as fc.Arbitrary<Record<string, unknown>>
  const oddQuery = fc.dictionary(
    fc.oneof(fc.constantFrom(...Object.keys(route.query.properties), 'none'), ODD_TEXT),
    ODD_TEXT,
  )
  const body = route.body === undefined ? fc.constant(undefined) : fitting(route.body, known)
  return fc.record({
    params: fc.oneof({ weight: 9, arbitrary: params }, { weight: 1, arbitrary: oddParams }),
    query: fc.oneof({ weight: 6, arbitrary: query }, { weight: 1, arbitrary: oddQuery }),
    body: fc.oneof(body, mutated(body)),
  })
}

const ODD_TEXT = fc.constantFrom(
  '',
  '\0',
  '..',
  '../..',
  '%',
  '%2e',
  'a/b',
  '__proto__',
  'x'.repeat(280),
  'é',
  "' OR 1=1 --",
)

function expectAsDeclared(name: string, route: Route, { status, type, text }: Answer): void {
  const where = `${name} ${status} ${text.slice(0, 300)}`
  expect(status, where).toBeLessThan(500)
  expect(declared.get(name), where).toContain(String(status))
  expect(text, where).not.toContain(SECRET_MARK)
  expect(text, where).not.toMatch(/\bat .{0,200}\.ts:\d|node_modules|SQLITE|constraint/)
  if (status >= 300) {
    expect(type, where).toMatch(/^application\/json/)
    expect(Value.Check(status === 422 ? Faults : Refusal, JSON.parse(text)), where).toBe(true)
    return
  }
  const { answer } = route
  if (status === 204) expect(text, where).toBe('')
  else if (answer.type === 'text/plain') expect(type, where).toMatch(/^text\/plain/)
  else expectSchema(answer.schema, JSON.parse(text), where)
}

/** What the schema says is there, and nothing beside it: an answer that says more than its contract may say too much. */
function expectSchema(schema: TSchema, value: unknown, where: string): void {
  expect([...Value.Errors(schema, value)], where).toEqual([])
  if (Type.IsObject(schema) || Type.IsArray(schema))
    expect(Value.Clean(schema, structuredClone(value)), where).toEqual(value)
}
