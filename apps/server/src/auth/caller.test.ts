import { randomUUID } from 'node:crypto'
import { PERMISSIONS } from '@chancery/api'
import type { Secret } from '@chancery/scep'
import type { NewApiToken } from '@chancery/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { type CallerContext, identifyCaller } from './caller.ts'
import { BASIC, basicToken } from './scheme.ts'
import { newTokenText } from './token-text.ts'

const token = 'an-api-token-of-at-least-32-characters'
const DAY = 86_400_000

let app: TestApp
let server: CallerContext
beforeAll(async () => {
  app = await testApp({ CHANCERY_ADMIN_TOKEN: token })
  server = app.context
})
afterAll(() => app.close())

const withoutToken = (): CallerContext => ({ ...server, config: { ...server.config, adminToken: undefined } })
const identify = (text: string, context = server) => identifyCaller('token', context, `Bearer ${text}`)
const refusal = (text: string) => identify(text).catch((error: unknown) => error)

/** A token in the store. */
async function made(changes: Partial<NewApiToken> = {}): Promise<NewApiToken> {
  const now = app.clock.now
  const one: NewApiToken = {
    uuid: randomUUID(),
    name: `t-${randomUUID()}`,
    role: 'enroller',
    maker: 'local socket',
    createdAt: now,
    expiresAt: new Date(now.getTime() + DAY),
    scope: null,
    token: newTokenText(),
    ...changes,
  }
  expect(await app.store.tokens.create(one)).toBe(true)
  return one
}

test('over the Unix socket everybody who gets there is trusted', async () => {
  const caller = await identifyCaller('socket', withoutToken(), undefined)
  expect([caller.name, caller.role, PERMISSIONS.every(caller.may)]).toEqual(['local socket', 'administrator', true])
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
  await expect(identifyCaller('token', withoutToken(), 'Bearer undefined')).rejects.toMatchObject({ status: 401 })
})

test('a token that was made here may do what its role may, and nothing else', async () => {
  const { token: text, name } = await made()
  const caller = await identify(text.reveal())
  expect([caller.name, caller.role]).toEqual([name, 'enroller'])
  expect([caller.may('challenge.create'), caller.may('token.create')]).toEqual([true, false])
})

test('one that was never made, however well formed, and one of another server hear the same', async () => {
  const stranger = await refusal(newTokenText().reveal())
  expect(stranger).toMatchObject({ status: 401, because: 'unknown', isGuess: true })
  expect(String(stranger)).toBe(String(await refusal('something-else-that-nobody-made-here')))
})

test('a mistyped one is told so without a look into the store, also where the genuine one is there', async () => {
  const { token: text } = await made()
  const closed = { ...server, store: { ...server.store, tokens: { ...server.store.tokens, find: neverAsked } } }
  const mistyped = text.reveal().replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'))
  await expect(identify(mistyped, closed)).rejects.toMatchObject({
    status: 401,
    because: 'mistyped',
    message: expect.stringContaining('not whole'),
  })
})

test('one that is over says so to whoever shows it, at once, and that is no guess', async () => {
  const ended = await made({ expiresAt: app.clock.now })
  expect(await refusal(ended.token.reveal())).toMatchObject({ status: 401, because: 'expired', isGuess: false })
  const unlimited = await made({ expiresAt: null })
  expect((await identify(unlimited.token.reveal())).name).toBe(unlimited.name)
  await app.store.tokens.revoke(unlimited.uuid, app.clock.now)
  const revoked = await refusal(unlimited.token.reveal())
  expect(revoked).toMatchObject({ status: 401, because: 'revoked', isGuess: false })
  expect(String(revoked)).toContain('chancery token create')
  await app.store.tokens.revoke(ended.uuid, app.clock.now)
  expect(await refusal(ended.token.reveal()), 'revoked comes first').toMatchObject({ because: 'revoked' })
})

test('a role that this version does not know opens nothing', async () => {
  const { token: text } = await made({ role: 'archivist' })
  expect(await refusal(text.reveal())).toMatchObject({ status: 403, message: expect.stringContaining('"archivist"') })
})

test('its use is noted, and where that cannot be written it is let in all the same', async () => {
  const { token: text, uuid, name } = await made()
  const used = () => Promise.reject(new Error('the disk is full'))
  const full = { ...server, store: { ...server.store, tokens: { ...server.store.tokens, used } } }
  expect((await identify(text.reveal(), full)).name).toBe(name)
  expect((await app.store.tokens.findByUuid(uuid))?.lastUsedAt).toBeNull()
  await identify(text.reveal())
  expect((await app.store.tokens.findByUuid(uuid))?.lastUsedAt).toEqual(app.clock.now)
})

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

test.each([
  [basic('anybody:chy_x'), 'chy_x'],
  [basic(':chy_x'), 'chy_x'],
  [basic('DOMAIN\\user:with:colon'), 'with:colon'],
  [`basic   ${basic('a:b').slice(6)}`, 'b'],
  [basic('user:'), undefined],
  [basic('no colon'), undefined],
  [basic('user:with blank'), undefined],
  ['Basic', undefined],
  ['Basic ???', undefined],
  ['Bearer chy_x', undefined],
  [undefined, undefined],
])('Basic %j shows %j', (authorization, expected) => {
  expect(basicToken(authorization)).toBe(expected)
})

test('by Basic a token is the password, whoever the user is; a bearer is taken too, and a refusal asks for Basic', async () => {
  const { token: text, name } = await made()
  const by = (authorization: string | undefined) => identifyCaller('token', server, authorization, BASIC)
  expect((await by(basic(`mdm:${text.reveal()}`))).name).toBe(name)
  expect((await by(basic(`mdm:${token}`))).name).toBe('CHANCERY_ADMIN_TOKEN')
  expect((await by(`Bearer ${text.reveal()}`)).name).toBe(name)
  for (const wrong of [undefined, 'Bearer wrong', basic('mdm:wrong'), basic(text.reveal())]) {
    await expect(by(wrong)).rejects.toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="chancery", charset="UTF-8"' },
    })
  }
})

function neverAsked(_: Secret): never {
  throw new Error('the store was asked')
}
