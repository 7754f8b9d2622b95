import { uuidV7 } from '@chancery/ra'
import type { Secret } from '@chancery/scep'
import { Secret as SecretOf } from '@chancery/scep'
import type { User } from '@chancery/store'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { GUESSES_AT_ACCOUNT, STRANGERS } from '../../limits/sign-in-limits.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { ARGON2ID, type PasswordHash } from './argon2id.ts'
import { passwordFault } from './fault.ts'
import { type Passwords, passwordsOf } from './passwords.ts'

/** What was derived, and by which value it was compared; no time is spent. */
let derived: (string | undefined)[]
const CHEAP: PasswordHash = {
  make: async (password) => password.reveal(),
  async isRight(password: Secret, kept) {
    derived.push(kept)
    return password.reveal() === kept
  },
}
const RIGHT = new SecretOf('the right password')
const WRONG = new SecretOf('some wrong password')
const HOME = '203.0.113.5'

let app: TestApp
let user: User
let passwords: Passwords
beforeAll(async () => {
  app = await testApp({ CHANCERY_WORKERS: '1' })
  user = {
    uuid: uuidV7(app.clock.now),
    name: 'alice',
    displayName: null,
    email: null,
    grants: [{ role: 'viewer' }],
    enabled: true,
    password: RIGHT.reveal(),
    identity: null,
    createdAt: app.clock.now,
    lastSignInAt: null,
    deletedAt: null,
  }
  await app.store.users.create(user)
  const session = { uuid: uuidV7(app.clock.now), userUuid: user.uuid, method: 'password', grants: null, source: HOME }
  const times = { createdAt: app.clock.now, expiresAt: new Date(app.clock.now.getTime() + 1000) }
  await app.store.sessions.start({ ...session, userAgent: null, ...times, cookie: new SecretOf('x') })
})
beforeEach(() => {
  derived = []
  passwords = passwordsOf(app.context, CHEAP)
})
afterAll(() => app.close())

const status = async (name: string, password: Secret, peer: string) =>
  passwords.check(name, password, peer).then(
    (outcome) => outcome.status,
    (error: { status: number }) => error.status,
  )
const elsewhere = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`

test('a name that nobody has costs one derivation, as a wrong password does', async () => {
  expect(await status('nobody', WRONG, '192.0.2.1')).toBe('wrong')
  expect(await status('alice', WRONG, '192.0.2.1')).toBe('wrong')
  expect(derived).toEqual([undefined, RIGHT.reveal()])
})

test('who guesses at an account is stopped there before anything is derived, and nobody elsewhere is', async () => {
  for (let count = 0; count < GUESSES_AT_ACCOUNT.burst; count++) await status('alice', WRONG, '192.0.2.1')
  derived = []
  expect(await status('alice', RIGHT, '192.0.2.1')).toBe(429)
  expect(derived).toEqual([])
  expect(await status('alice', RIGHT, '192.0.2.2')).toBe('right')
})

test('guesses that come all at once do not get past the limit', async () => {
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => status('alice', WRONG, '192.0.2.3')))
  expect(outcomes.filter((one) => one !== 429 && one !== 503).length).toBeLessThanOrEqual(GUESSES_AT_ACCOUNT.burst)
  expect(derived.length).toBeLessThanOrEqual(GUESSES_AT_ACCOUNT.burst)
})

test('whoever is right pays nothing, however often', async () => {
  for (let count = 0; count < 3 * GUESSES_AT_ACCOUNT.burst; count++)
    expect(await status('alice', RIGHT, HOME)).toBe('right')
})

test('a flood from many sources derives no more than its budget, and people get in from where they did before', async () => {
  for (let index = 0; index < 3 * STRANGERS.burst; index++) await status('alice', WRONG, elsewhere(index))
  expect(derived).toHaveLength(STRANGERS.burst)
  expect(await status('alice', RIGHT, '198.51.100.7')).toBe(429)
  expect(await status('alice', RIGHT, HOME)).toBe('right')
  // What was not looked at counts as no failure.
  app.clock.now = new Date(app.clock.now.getTime() + 60_000)
  expect(await status('alice', RIGHT, '198.51.100.7')).toBe('right')
})

test('strangers who wait fill their own line, and none of those known', async () => {
  const gates: (() => void)[] = []
  const held: PasswordHash = {
    ...CHEAP,
    async isRight(password, kept) {
      if (password !== RIGHT) await new Promise<void>((resolve) => gates.push(resolve))
      return CHEAP.isRight(password, kept)
    },
  }
  passwords = passwordsOf(app.context, held)
  const flood = Array.from({ length: 30 }, (_, index) => status(`name-${index}`, WRONG, elsewhere(index)))
  expect(await status('alice', RIGHT, HOME)).toBe('right')
  expect(gates).toHaveLength(1)
  for (let done = 0; done < 17; done++) {
    while (gates.length <= done) await new Promise((resolve) => setImmediate(resolve))
    gates[done]?.()
  }
  expect((await Promise.all(flood)).filter((one) => one === 503)).toHaveLength(13)
})

test('what is kept is argon2id with a salt of its own, and knows the same text however it is typed', async () => {
  const [one, other] = [await ARGON2ID.make(new SecretOf('Zürich im Januar')), await ARGON2ID.make(new SecretOf('x'))]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(other.split('$')[4]).not.toBe(one.split('$')[4])
  expect(await ARGON2ID.isRight(new SecretOf('Zürich im Januar'.normalize('NFD')), one)).toBe(true)
  expect(await ARGON2ID.isRight(new SecretOf('Zürich im Januar '), one)).toBe(false)
  expect(await ARGON2ID.isRight(new SecretOf('x'), undefined)).toBe(false)
})

test.each([
  ['eleven long', 'must have 12 to 256 characters.'],
  ['🔑'.repeat(11), 'must have 12 to 256 characters.'],
  ['x'.repeat(257), 'must have 12 to 256 characters.'],
  ['ALICE@example.test', 'must not be the name of the user.'],
  ['PassWord1234', 'is one of those that are tried first. Choose another one.'],
  ['aaaaaaaaaaaaaaaa', 'is one of those that are tried first. Choose another one.'],
  ['nothing but words', undefined],
  ['🔑🗝'.repeat(6), undefined],
])('the password %j: %s', (password, fault) => {
  expect(passwordFault(password, 'alice@example.test')).toBe(fault)
})
