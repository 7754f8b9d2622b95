import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer, TOKEN } from './testing/admin-server.ts'

let server: AdminServer
let path: string
beforeAll(async () => {
  server = await startAdminServer()
  path = `/v1/scepProfiles/${server.uuid}`
})
afterAll(() => server.close())

const put = (body: string, headers?: Record<string, string>) => server.call('PUT', path, body, headers)
const bearer = { authorization: `Bearer ${TOKEN}` }
const inject = (method: string, url: string, headers: object = bearer) =>
  server.app.inject({ method: method as 'GET', url: `/api${url}`, headers: { ...headers } })
const described = async () => ((await server.call('GET', path)).body as { description: unknown }).description

test.each(['POST', 'DELETE', 'TRACE', 'PROPFIND'])(
  '%s where the path has other methods is 405, and Allow names them',
  async (method) => {
    const answer = await inject(method, '/v1/raProfiles?enabled=true')
    expect(answer.statusCode).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS')
    expect(answer.json()).toEqual({ message: `This address does not take ${method}: it takes GET, HEAD, OPTIONS.` })
  },
)

test('Allow names the methods of every route that a path fits', async () => {
  expect((await inject('POST', path)).headers.allow).toBe('DELETE, GET, HEAD, PUT, OPTIONS')
})

test('OPTIONS answers Allow, and nothing without a token, so that no page of another origin gets a preflight through', async () => {
  const answer = await inject('OPTIONS', path)
  expect([answer.statusCode, answer.headers.allow, answer.body]).toEqual([204, 'DELETE, GET, HEAD, PUT, OPTIONS', ''])
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  expect((await inject('OPTIONS', path, {})).statusCode).toBe(401)
})

test('HEAD is GET without a body, and needs the same right', async () => {
  const [head, get] = [await inject('HEAD', path), await inject('GET', path)]
  expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', get.headers['content-length']])
  expect((await inject('HEAD', path, {})).statusCode).toBe(401)
})

test.each([
  ['/v1/scepProfiles/', /uuid must be a UUID/],
  ['/v1/scepProfiles/caCertificates/', /leave the slash at the end/],
  ['/v1/nothing/', /^There is no such route\.$/],
  ['/v1//scepProfiles', /^There is no such route\.$/],
  ['/v1/scepProfiles/..%2f..%2fhealthz', /uuid must be a UUID/],
  ['/v1/scepProfiles/%00', /uuid must be a UUID/],
  ['/v1/scepProfiles/__proto__', /uuid must be a UUID/],
  ['/v1/scepProfiles/constructor/endpoint', /uuid must be a UUID/],
])('GET %s is 404 in a sentence', async (url, sentence) => {
  const answer = await inject('GET', url)
  expect(answer.statusCode).toBe(404)
  expect(answer.json().message).toMatch(sentence)
})

test.each([
  ['[]', ['The body must be a JSON object.']],
  ['"text"', ['The body must be a JSON object.']],
  ['1e999', ['The body must be a JSON object.']],
  ['{"renewalThreshold":1e999}', [expect.stringMatching(/^renewalThreshold must be a whole number/)]],
  ['{"renewalThreshold":0.5}', [expect.stringMatching(/^renewalThreshold must be a whole number/)]],
  ['{"description":"a\\u0000b"}', [expect.stringMatching(/^description holds a character that cannot be stored/)]],
  ['{"description":"\\ud83d"}', [expect.stringMatching(/^description holds a character that cannot be stored/)]],
  ['{"__proto__":{"enabled":true}}', [expect.stringMatching(/^"__proto__" is not a field of this/)]],
  [
    '{"constructor":1,"toString":2}',
    [expect.stringMatching(/^"constructor" is/), expect.stringMatching(/^"toString" is/)],
  ],
])('%s is 422 with its faults', async (body, faults) => {
  const answer = await put(body)
  expect([answer.status, answer.body]).toEqual([422, faults])
})

test('of a field that is given twice the last counts, as everywhere in JSON', async () => {
  expect((await put('{"description":"first","description":"last"}')).status).toBe(200)
  expect(await described()).toBe('last')
})

test('-0 is 0, which is the default here, and no body at all changes nothing', async () => {
  expect((await put('{"renewalThreshold":-0}')).body).toMatchObject({ renewThreshold: null })
  expect((await put('')).status).toBe(200)
  expect((await put('null')).status).toBe(200)
  expect(await described()).toBe('last')
})

test.each([
  ['open for ever', '{"renewal":'.repeat(20_000)],
  ['closed', `{"renewal":${'['.repeat(33)}${']'.repeat(33)}}`],
])('brackets nested deeply, %s, are 400', async (_, body) => {
  const answer = await put(body)
  expect([answer.status, answer.body]).toEqual([400, { message: 'The body is nested more than 32 levels deep.' }])
})

test('256 KiB are read, and one more is not', async () => {
  const filled = (length: number) => `{"description":"${'x'.repeat(length - 18)}"}`
  expect((await put(filled(256 * 1024))).status).toBe(422)
  const { status, body } = await put(filled(256 * 1024 + 1))
  expect([status, body]).toEqual([413, { message: 'The body is too large.' }])
})

test.each(['text/plain', 'application/xml', 'application/merge-patch+json', 'nonsense', ''])(
  'a body declared as "%s" is 415',
  async (type) => {
    const answer = await put('{"description":"by another type"}', { ...bearer, 'content-type': type })
    expect(answer.status).toBe(415)
    expect(await described()).toBe('last')
  },
)

test('a query is judged whole: a long or strange one is a fault, and never the loss of a dry run', async () => {
  for (const query of [
    `dryRun=true&padding=${'x'.repeat(2_000)}`,
    'operation=PKIOperation&dryRun=true',
    `dryRun=true&dryRun=true`,
    'dryRun=perhaps',
    'dryRun=true&%00=1',
    '__proto__=1',
  ]) {
    const answer = await server.call('PUT', `${path}?${query}`, { description: 'by a strange query' })
    expect([query, answer.status]).toEqual([query, 422])
  }
  expect((await server.call('PUT', `${path}?dryRun=true`, { description: 'dry' })).status).toBe(200)
  expect(await described()).toBe('last')
})
