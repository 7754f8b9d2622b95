import { randomBytes, randomUUID } from 'node:crypto'
import { Secret } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import type { Store } from '../open-store.ts'
import type { NewSession } from '../session/sessions.ts'
import { NOW } from '../testing/sample.ts'
import type { NewUser } from './users.ts'

const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const secret = () => new Secret(randomBytes(32).toString('base64url'))

function newUser(changes: Partial<NewUser> = {}): NewUser {
  return {
    uuid: randomUUID(),
    name: `user-${randomUUID()}`,
    displayName: null,
    email: null,
    grants: [{ role: 'administrator' }],
    enabled: true,
    password: '$argon2id$',
    identity: null,
    createdAt: NOW,
    ...changes,
  }
}

function newSession(userUuid: string, changes: Partial<NewSession> = {}): NewSession {
  return {
    uuid: randomUUID(),
    userUuid,
    method: 'password',
    grants: null,
    source: '192.0.2.1',
    userAgent: null,
    createdAt: NOW,
    expiresAt: after(43_200),
    cookie: secret(),
    ...changes,
  }
}

async function made(store: Store, changes: Partial<NewUser> = {}) {
  const user = newUser(changes)
  expect(await store.users.create(user)).toBe(true)
  const found = await store.users.find(user.uuid)
  if (found === undefined) throw new Error('it is gone')
  return found
}

onBothDatabases((database) => {
  test('a user is found by UUID, name and identity; the name is given once, also after the user is deleted', async () => {
    const { store } = await database.shared()
    const identity = { issuer: 'https://idp.test', subject: randomUUID() }
    const user = await made(store, {
      identity,
      grants: [{ role: 'viewer', scope: { scepProfiles: ['a'], raProfiles: [] } }],
    })
    expect(await store.users.findByName(user.name)).toEqual(user)
    expect(await store.users.findByIdentity(identity.issuer, identity.subject)).toEqual(user)
    expect(await store.users.delete({ seen: user }, after(1))).toBe('done')
    expect((await store.users.find(user.uuid))?.deletedAt).toEqual(after(1))
    expect(await store.users.create(newUser({ name: user.name }))).toBe(false)
    expect(await store.users.delete({ seen: user }, after(2))).toBe('stale')
  })

  test('no user is called as a token ever was, and no token as a user', async () => {
    const { store } = await database.shared()
    const token = {
      uuid: randomUUID(),
      name: `t-${randomUUID()}`,
      role: 'viewer',
      maker: 'x',
      createdAt: NOW,
      expiresAt: null,
      scope: null,
      token: secret(),
    }
    expect(await store.tokens.create(token)).toBe(true)
    await store.tokens.revoke(token.uuid, NOW)
    expect(await store.users.create(newUser({ name: token.name }))).toBe(false)
    const user = await made(store)
    const other = { ...token, uuid: randomUUID(), token: secret() }
    expect(await store.tokens.create({ ...other, name: user.name })).toBe(false)
    expect(await store.tokens.create({ ...other, name: token.name })).toBe(true)
  })

  test('of two administrators who take the role from each other at the same moment one stays', async () => {
    const { store, options } = await database.fresh()
    const other = await database.reopen(options)
    for (let round = 0; round < 10; round++) {
      const [one, two] = [await made(store), await made(store)]
      const demoted = { displayName: null, email: null, grants: [{ role: 'viewer' }], enabled: true }
      const outcomes = await Promise.all([
        store.users.update(demoted, { seen: one, administrator: two }, NOW),
        other.users.update(demoted, { seen: two, administrator: one }, NOW),
      ])
      expect(outcomes.sort()).toEqual(['done', 'stale'])
      const administrators = (await store.users.administrators()).map(({ uuid }) => uuid)
      expect(administrators.filter((uuid) => uuid === one.uuid || uuid === two.uuid)).toHaveLength(1)
    }
  })

  test('administrators are those who can sign in, everywhere, now', async () => {
    const { store } = await database.fresh()
    expect(await store.users.isEmpty()).toBe(true)
    const identity = { issuer: 'https://idp.test', subject: 'x' }
    const good = [await made(store), await made(store, { password: null, identity })]
    await made(store, { password: null })
    await made(store, { enabled: false })
    await made(store, { grants: [{ role: 'administrator', scope: { scepProfiles: ['a'], raProfiles: [] } }] })
    await made(store, { grants: [{ role: 'viewer' }], displayName: '"administrator"' })
    expect(await store.users.administrators()).toEqual(good)
    expect(await store.users.isEmpty()).toBe(false)
  })

  test('a session is found by its cookie alone, with the user as the row is now, by every process', async () => {
    const { store, options } = await database.shared()
    const other = await database.reopen(options)
    const user = await made(store)
    const session = newSession(user.uuid)
    expect(await store.sessions.start(session)).toBe(true)
    const { cookie, ...kept } = session
    const found = await other.sessions.find(cookie)
    expect(found).toEqual({
      session: { ...kept, lastUsedAt: NOW, revokedAt: null },
      user: { ...user, lastSignInAt: NOW },
    })
    expect(await other.sessions.find(secret())).toBeUndefined()
    expect(await store.sessions.sourcesOf(user.uuid)).toEqual(['192.0.2.1'])
    expect(await other.sessions.revoke(session.uuid, after(1))).toBe(true)
    expect((await store.sessions.find(cookie))?.session.revokedAt).toEqual(after(1))
    expect(await store.sessions.revoke(session.uuid, after(2))).toBe(false)
  })

  test('whoever is disabled or deleted begins no session', async () => {
    const { store } = await database.shared()
    const disabled = await made(store, { enabled: false })
    const deleted = await made(store)
    await store.users.delete({ seen: deleted }, NOW)
    for (const { uuid } of [disabled, deleted, { uuid: randomUUID() }]) {
      expect(await store.sessions.start(newSession(uuid))).toBe(false)
    }
  })

  test('another password ends all sessions but the one that is named', async () => {
    const { store } = await database.shared()
    const user = await made(store)
    const [here, there] = [newSession(user.uuid), newSession(user.uuid)]
    for (const session of [here, there]) await store.sessions.start(session)
    expect(await store.users.setPassword(user, 'x', { now: after(1), exceptSession: here.uuid })).toBe('done')
    expect((await store.sessions.find(here.cookie))?.session.revokedAt).toBeNull()
    expect((await store.sessions.find(there.cookie))?.session.revokedAt).toEqual(after(1))
    await store.sessions.revokeOfUser(user, { now: after(2) })
    expect((await store.sessions.find(here.cookie))?.session.revokedAt).toEqual(after(2))
  })

  test('the use of a session is written at most once a minute', async () => {
    const { store } = await database.shared()
    const session = newSession((await made(store)).uuid)
    await store.sessions.start(session)
    const fresh = async () => {
      const found = await store.sessions.find(session.cookie)
      if (found === undefined) throw new Error('it is gone')
      return found.session
    }
    await store.sessions.used(await fresh(), after(59))
    expect((await fresh()).lastUsedAt).toEqual(NOW)
    await store.sessions.used(await fresh(), after(60))
    expect((await fresh()).lastUsedAt).toEqual(after(60))
  })

  test('of ten who use a link at once one gets in, and an older link is void', async () => {
    const { store, options } = await database.shared()
    const other = await database.reopen(options)
    const { uuid: userUuid } = await made(store)
    const [first, second] = [secret(), secret()]
    for (const token of [first, second]) {
      await store.signInLinks.create({ token, userUuid, now: NOW, expiresAt: after(60) })
    }
    expect(await store.signInLinks.take(first, after(1))).toBe(false)
    expect(await store.signInLinks.take(second, after(60))).toBe(false)
    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? store : other).signInLinks.take(second, after(2))),
    )
    expect(taken.filter((one) => one)).toHaveLength(1)
    expect(await store.signInLinks.find(second)).toEqual({ userUuid, expiresAt: after(60), usedAt: after(2) })
  })

  test('sessions and links that ended ninety days ago are forgotten, and no others', async () => {
    const { store } = await database.fresh()
    const { uuid: userUuid } = await made(store)
    const [old, young] = [newSession(userUuid), newSession(userUuid, { expiresAt: after(50_000) })]
    for (const session of [old, young]) await store.sessions.start(session)
    const link = secret()
    await store.signInLinks.create({ token: link, userUuid, now: NOW, expiresAt: after(60) })
    const later = after(43_200 + 90 * 86_400)
    expect(await store.sessions.isPruneDue(NOW)).toBe(false)
    expect(await store.sessions.isPruneDue(later)).toBe(true)
    await store.sessions.prune(later)
    expect(await store.sessions.find(old.cookie)).toBeUndefined()
    expect(await store.sessions.find(young.cookie)).toBeDefined()
    expect(await store.signInLinks.find(link)).toBeUndefined()
    expect(await store.sessions.isPruneDue(later)).toBe(false)
  })
})
