import { Secret } from '@chancery/scep'
import { expect, test } from 'vitest'
import { identifyCaller } from './caller.ts'

const token = 'an-api-token-of-at-least-32-characters'
const secret = new Secret(token)

test('over the Unix socket everybody who gets there is trusted', () => {
  expect(identifyCaller('socket', undefined, undefined)).toEqual({ name: 'local socket' })
})

test.each([`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token} `])('%j is let in over TCP', (authorization) => {
  expect(identifyCaller('token', secret, authorization)).toEqual({ name: 'CHANCERY_ADMIN_TOKEN' })
})

test.each([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  token,
  `Basic ${token}`,
  `Bearer ${token}x`,
  `Bearer ${token.slice(1)}`,
  `Bearer ${token} ${token}`,
  `Bearer ${token.toUpperCase()}`,
])('%j is 401 with a challenge, and is not repeated', (authorization) => {
  const refusal = expect(() => identifyCaller('token', secret, authorization))
  refusal.toThrow(
    expect.objectContaining({ status: 401, headers: { 'www-authenticate': expect.stringMatching(/^Bearer /) } }),
  )
  refusal.not.toThrow(token)
})

test('without a token of the server nobody is let in over TCP, not even with an empty one', () => {
  expect(() => identifyCaller('token', undefined, 'Bearer undefined')).toThrow(expect.objectContaining({ status: 401 }))
})
