import { randomBytes, randomUUID } from 'node:crypto'
import { Secret } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import type { NewApiToken } from './api-token-store.ts'
import { NOW } from './testing/sample.ts'

const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

function newToken(changes: Partial<NewApiToken> = {}): NewApiToken {
  return {
    uuid: randomUUID(),
    name: `token-${randomUUID()}`,
    role: 'enroller',
    maker: 'local socket',
    createdAt: NOW,
    expiresAt: after(3600),
    scope: null,
    token: new Secret(randomBytes(24).toString('base64url')),
    ...changes,
  }
}

onBothDatabases((database) => {
  test('a token is found by itself and by its UUID, and by no other', async () => {
    const { store } = await database.shared()
    const made = newToken()
    expect(await store.tokens.create(made)).toBe(true)
    const { token, ...known } = made
    const record = { ...known, revokedAt: null, lastUsedAt: null }
    expect(await store.tokens.find(token)).toEqual(record)
    expect(await store.tokens.findByUuid(made.uuid)).toEqual(record)
    expect(await store.tokens.find(new Secret(`${token.reveal()}x`))).toBeUndefined()
    expect(await store.tokens.findByUuid(randomUUID())).toBeUndefined()
  })

  test('a name is free again once its token is revoked, and of ten who take it at once one gets it', async () => {
    const { store } = await database.shared()
    const other = await database.reopen((await database.shared()).options)
    const name = `backup-${randomUUID()}`
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? store : other).tokens.create(newToken({ name }))),
    )
    expect(made.filter((one) => one)).toHaveLength(1)
    const first = (await store.tokens.list()).find((one) => one.name === name)
    expect(await store.tokens.revoke(first?.uuid ?? '', after(10))).toBe(true)
    expect(await store.tokens.create(newToken({ name, expiresAt: null }))).toBe(true)
    const both = (await store.tokens.list()).filter((one) => one.name === name)
    expect(both.map(({ revokedAt, expiresAt }) => [revokedAt, expiresAt])).toEqual([
      [after(10), after(3600)],
      [null, null],
    ])
  })

  test('is revoked once, for every process at once, and the first time counts', async () => {
    const { store, options } = await database.shared()
    const other = await database.reopen(options)
    const made = newToken()
    await store.tokens.create(made)
    expect(await store.tokens.revoke(made.uuid, after(1))).toBe(true)
    expect(await other.tokens.revoke(made.uuid, after(2))).toBe(false)
    expect((await other.tokens.find(made.token))?.revokedAt).toEqual(after(1))
    expect(await store.tokens.revoke(randomUUID(), NOW)).toBe(false)
  })

  test('its last use is written at most once a minute, whoever saw it', async () => {
    const { store } = await database.shared()
    const made = newToken()
    await store.tokens.create(made)
    const fresh = async () => {
      const found = await store.tokens.find(made.token)
      if (found === undefined) throw new Error('it is gone')
      return found
    }
    const unused = await fresh()
    await store.tokens.used(unused, after(1))
    expect((await fresh()).lastUsedAt).toEqual(after(1))
    await store.tokens.used(await fresh(), after(59))
    // Another process, which read it before.
    await store.tokens.used(unused, after(60))
    expect((await fresh()).lastUsedAt).toEqual(after(1))
    await store.tokens.used(await fresh(), after(61))
    expect((await fresh()).lastUsedAt).toEqual(after(61))
  })

  test('its digest is under a key of its own: the same text as a challenge is another value', async () => {
    const { store, configuration } = await database.shared()
    const made = newToken()
    await store.tokens.create(made)
    expect(await store.challenges.find(configuration.scepProfiles[0]?.id ?? 0, made.token)).toBeUndefined()
  })
})
