import { expect, test } from 'vitest'
import {
  ApiError,
  createChallenge,
  createChallengeByName,
  createClient,
  type Fetch,
  listScepProfiles,
} from './index.ts'

const uuid = '019a0000-0000-7000-8000-000000000001'

/** A `fetch` that records what it is asked and gives a prepared answer. */
function scripted(status: number, body: string) {
  const seen: { url: string; method: string; headers: Record<string, string>; body?: string }[] = []
  const fetch: Fetch = async (url, init) => {
    seen.push({ url, ...init })
    return { status, text: async () => body }
  }
  return { fetch, seen }
}

test('a call fills in the path, sends the token and the body as JSON, and gives the answer', async () => {
  const { fetch, seen } = scripted(201, JSON.stringify({ challenge: 'AAAA' }))
  const client = createClient({ baseUrl: 'http://127.0.0.1:8080/', fetch, token: 't'.repeat(32) })
  const created = await client.call(createChallenge, { params: { uuid }, body: { uses: 2 } })
  expect(created.challenge).toBe('AAAA')
  expect(seen).toEqual([
    {
      url: `http://127.0.0.1:8080/api/v1/scepProfiles/${uuid}/challenges`,
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${'t'.repeat(32)}`,
        'content-type': 'application/json',
      },
      body: '{"uses":2}',
    },
  ])
})

test('a parameter cannot leave its place in the path', async () => {
  const { fetch, seen } = scripted(201, 'AAAA')
  const client = createClient({ baseUrl: '', fetch })
  await client.call(createChallengeByName, { params: { scepProfileName: '../a?b' } })
  expect(seen[0]?.url).toBe('/api/v1/challenges/..%2Fa%3Fb')
})

test('query parameters follow the path', async () => {
  const { fetch, seen } = scripted(200, '[]')
  await createClient({ baseUrl: '', fetch }).call(listScepProfiles, { query: { pageNumber: '2', itemsPerPage: '10' } })
  expect(seen[0]?.url).toBe('/api/v1/scepProfiles?pageNumber=2&itemsPerPage=10')
})

test.each([
  [422, '["uses is wrong.","ttlSeconds is wrong."]', ['uses is wrong.', 'ttlSeconds is wrong.']],
  [404, '{"message":"No such profile."}', ['No such profile.']],
  [502, '<html>', ['The server answered with HTTP 502 and nothing that explains it.']],
])('a refusal with %i becomes an ApiError with its sentences', async (status, body, messages) => {
  const { fetch } = scripted(status, body)
  const call = createClient({ baseUrl: '', fetch }).call(createChallenge, { params: { uuid }, body: {} })
  await expect(call).rejects.toThrow(ApiError)
  await expect(call).rejects.toMatchObject({ status, messages })
})

test('another success than the one of the contract is a refusal', async () => {
  const { fetch } = scripted(200, '{}')
  const call = createClient({ baseUrl: '', fetch }).call(createChallenge, { params: { uuid }, body: {} })
  await expect(call).rejects.toThrow(ApiError)
})
