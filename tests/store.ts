import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Configuration } from '@chancery/ra'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Driver } from '../packages/store/src/driver.ts'
import { migrate, openStore, type Store, type StoreOptions } from '../packages/store/src/index.ts'
import { NOW, sampleInstallation } from '../packages/store/src/testing/sample.ts'
import { openDriver } from './driver.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'

export interface OpenDatabase {
  readonly store: Store
  readonly configuration: Configuration
  readonly options: StoreOptions
}

export interface TestDatabase {
  /** Address of a new, empty database. */
  empty(): Promise<StoreOptions>
  /** A new database with a first installation. */
  fresh(): Promise<OpenDatabase>
  /** The one that the claims of a suite share. */
  shared(): Promise<OpenDatabase>
  /** A connection as another process would have it. */
  reopen(options: StoreOptions): Promise<Store>
  /** The database itself, to look behind the store. */
  driver(options: StoreOptions): Promise<Driver>
}

/** The same claims on SQLite and on PostgreSQL. Stores are closed after the suite. */
export function onBothDatabases(claims: (database: TestDatabase, dialect: 'sqlite' | 'postgres') => void): void {
  describe('on SQLite', () => {
    const directory = mkdtempSync(join(tmpdir(), 'chancery-store-'))
    let files = 0
    const database = testDatabase(async () => `sqlite:${join(directory, `${files++}.db`)}`)
    claims(database, 'sqlite')
    afterAll(async () => {
      await database.close()
      rmSync(directory, { recursive: true, force: true })
    })
  })
  describe('on PostgreSQL', () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    })
    const database = testDatabase(() => server.createDatabase())
    claims(database, 'postgres')
    afterAll(async () => {
      await database.close()
      await server.stop()
    })
  })
}

function testDatabase(newUrl: () => Promise<string>): TestDatabase & { close(): Promise<void> } {
  const open: { close(): Promise<void> }[] = []
  let common: Promise<OpenDatabase> | undefined
  const reopen = async (options: StoreOptions) => {
    const store = await openStore(options)
    open.push(store)
    return store
  }
  const empty = async () => ({ url: await newUrl(), keySecret: Buffer.alloc(32, 7), now: () => NOW, poolSize: 4 })
  const fresh = async () => {
    const options = await empty()
    await migrate(options)
    const store = await reopen(options)
    await store.configuration.install(sampleInstallation())
    return { store, options, configuration: await store.configuration.load() }
  }
  return {
    empty,
    fresh,
    reopen,
    shared() {
      common ??= fresh()
      return common
    },
    async driver({ url }) {
      const driver = await openDriver(url)
      open.push(driver)
      return driver
    },
    async close() {
      for (const one of open) await one.close()
    },
  }
}
