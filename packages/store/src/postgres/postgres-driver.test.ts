import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../tests/postgres.ts'
import type { Driver } from '../driver.ts'
import { migrate } from '../index.ts'
import { condition, statement } from '../statement.ts'
import { NOW } from '../testing/sample.ts'
import { ConfigurationWatch } from './configuration-watch.ts'
import { openPostgres } from './postgres-driver.ts'
import { isAnswer } from './postgres-error.ts'

let server: PostgresServer
let driver: Driver
let url: string

beforeAll(async () => {
  server = await startPostgres()
  url = await server.createDatabase()
  await migrate({ url, keySecret: Buffer.alloc(32), now: () => NOW })
  driver = await openPostgres(url, { poolSize: 1 })
})
afterAll(async () => {
  await driver.close()
  await server.stop()
})

const backend = statement<{ pid: number }>((db) => ({
  compile: () => sql<{ pid: number }>`select pg_backend_pid() as pid`.compile(db),
}))
const never = condition((db) => db.selectFrom('config_version').select('id').where('version', '=', -1))

test.each([false, true])('a conflict does not cost its connection (in sequence: %s)', async (sequential) => {
  const before = await driver.first(backend, {})
  const unit = { writes: [{ statement: never, values: {}, otherwise: 'state' as const }] }
  const outcome = await driver.commit(sequential ? { ...unit, sequential } : unit)
  expect(outcome).toEqual({ status: 'conflict', on: 'state' })
  expect(await driver.first(backend, {})).toEqual(before)
})

test('a connection that the server ended is replaced, and the next request is answered', async () => {
  const end = statement((db) => ({ compile: () => sql`select pg_terminate_backend(pg_backend_pid())`.compile(db) }))
  await expect(driver.first(end, {})).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
  expect(await driver.first(backend, {})).toMatchObject({ pid: expect.any(Number) })
})

test('a database that breaks off in the middle of a query does not take the process with it', async () => {
  const pid = (await driver.first(backend, {}))?.pid ?? 0
  const sleep = statement((db) => ({ compile: () => sql`select pg_sleep(30)`.compile(db) }))
  // Waited for from the start: it may break off before the other connection has its answer.
  const broken = expect(driver.first(sleep, {})).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
  const other = await openPostgres(url, { poolSize: 1 })
  const end = statement((db) => ({ compile: () => sql`select pg_terminate_backend(${pid}::int)`.compile(db) }))
  await other.first(end, {})
  await broken
  expect(await driver.first(backend, {})).toMatchObject({ pid: expect.any(Number) })
  await other.close()
})

test('a pool that is busy for long costs no connections that nobody ends', async () => {
  const watching = () =>
    driver.first<{ clients: number }>(
      statement((db) => ({
        compile: () =>
          sql<{ clients: number }>`select count(*) as clients from pg_stat_activity
            where application_name = 'chancery configuration' and datname = current_database()`.compile(db),
      })),
      {},
    )
  let asked = 0
  const watch = new ConfigurationWatch(url, async () => {
    asked++
    if (asked > 1) throw new Error('no connection within 5 seconds')
    return 1
  })
  const before = Number((await watching())?.clients)
  await watch.start()
  await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(4)
  await watch.close()
  await expect.poll(async () => Number((await watching())?.clients), { timeout: 5000 }).toBe(before)
})

test.each([
  ['a wrong password', (good: URL) => Object.assign(good, { password: 'wrong' }), /refuses the user or the password/],
  ['a database that is not there', (good: URL) => Object.assign(good, { pathname: '/nowhere' }), /does not exist/],
])('%s is told in a sentence, without the address’s secret', async (_what, spoil, sentence) => {
  const spoilt = spoil(new URL(url)).href
  const refused = await migrate({ url: spoilt, keySecret: Buffer.alloc(32), now: () => NOW }).catch((error) => error)
  expect(refused).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE', message: expect.stringMatching(sentence) })
  expect(refused.message).not.toContain(new URL(spoilt).password)
})

test('a broken pipe and a standby are no answers: the connection is given up, and devices may ask again', () => {
  expect([{ code: 'EPIPE' }, { code: '25006' }].map(isAnswer)).toEqual([false, false])
  expect(isAnswer({ code: '23505' })).toBe(true)
})
