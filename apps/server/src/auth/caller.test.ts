import { PERMISSIONS } from '@chancery/api'
import { Secret } from '@chancery/scep'
import { expect, test } from 'vitest'
import type { ServerContext } from '../context.ts'
import { identifyCaller } from './caller.ts'

const token = 'an-api-token-of-at-least-32-characters'
const context = (adminToken?: Secret) => ({ config: { adminToken } }) as ServerContext
const server = context(new Secret(token))

test('over the Unix socket everybody who gets there is trusted', async () => {
  const caller = await identifyCaller('socket', context(), undefined)
  expect([caller.name, PERMISSIONS.every(caller.may)]).toEqual(['local socket', true])
})

test.each([`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token} `])(
  '%j is let in over TCP',
  async (authorization) => {
    expect(await identifyCaller('token', server, authorization)).toMatchObject({ name: 'CHANCERY_ADMIN_TOKEN' })
  },
)

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
])('%j is 401 with a challenge, and is not repeated', async (authorization) => {
  const refusal = await identifyCaller('token', server, authorization).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ status: 401, headers: { 'www-authenticate': expect.stringMatching(/^Bearer /) } })
  expect(String(refusal)).not.toContain(token)
})

test('without a token of the server nobody is let in over TCP, not even with an empty one', async () => {
  await expect(identifyCaller('token', context(), 'Bearer undefined')).rejects.toMatchObject({ status: 401 })
})
