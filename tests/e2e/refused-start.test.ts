import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../folder.ts'
import { startServer } from '../server.ts'

const folder = temporaryFolder()
const start = (name: string, env: Record<string, string> = {}) => startServer({ dataDir: join(folder, name), env })

test('every fault of the configuration is named at once, and no value is shown', async () => {
  const started = start('faults', {
    CHANCERY_LISTEN: 'somewhere:99999',
    CHANCERY_WORKERS: 'many',
    CHANCERY_CA_KEY: 'rsa-512',
    CHANCERY_ADMIN_TOKEN: 'too-short-secret',
  })
  const error: Error = await started.then(
    () => expect.fail('it started'),
    (cause: Error) => cause,
  )
  for (const name of ['CHANCERY_LISTEN', 'CHANCERY_WORKERS', 'CHANCERY_CA_KEY', 'CHANCERY_ADMIN_TOKEN'])
    expect(error.message).toContain(name)
  expect(error.message).not.toContain('too-short-secret')
  expect(error.message).not.toMatch(/ {4}at .*\.ts/)
})

test('PostgreSQL without a key secret is refused before anything is made', async () => {
  const started = start('no-secret', { CHANCERY_DATABASE_URL: 'postgres://chancery@127.0.0.1:1/chancery' })
  await expect(started).rejects.toThrow('CHANCERY_KEY_SECRET')
})

test('a second server on the same data directory is refused', async () => {
  const server = await start('locked')
  await expect(start('locked')).rejects.toThrow(/ended with [1-9]/)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  expect(await server.stop()).toBe(0)
})

test('a store whose keys are wrapped with another secret is refused with a sentence', async () => {
  const server = await start('secret', { CHANCERY_KEY_SECRET: 'the-first-secret-0123456789abcdefghijkl' })
  await server.stop()
  const started = start('secret', { CHANCERY_KEY_SECRET: 'another-secret-0123456789abcdefghijklmn' })
  await expect(started).rejects.toThrow(/secret/i)
  await expect(started).rejects.not.toThrow('another-secret')
})
