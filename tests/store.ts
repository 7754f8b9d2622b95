import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
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
    const database = testDatabase(async (copyOf) => {
      const path = join(directory, `${files++}.db`)
      if (copyOf !== undefined) copyFileSync(copyOf.slice('sqlite:'.length), path)
      return `sqlite:${path}`
    })
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
    const database = testDatabase((copyOf) => server.createDatabase(copyOf))
    claims(database, 'postgres')
    afterAll(async () => {
      await database.close()
      await server.stop()
    })
  })
}

/** @param newUrl of an empty database, or of a copy of one that is closed */
function testDatabase(newUrl: (copyOf?: string) => Promise<string>): TestDatabase & { close(): Promise<void> } {
  const open: { close(): Promise<void> }[] = []
  let common: Promise<OpenDatabase> | undefined
  let model: Promise<StoreOptions> | undefined
  const reopen = async (options: StoreOptions) => {
    const store = await openStore(options)
    open.push(store)
    return store
  }
  const optionsFor = (url: string) => ({ url, keySecret: Buffer.alloc(32, 7), now: () => NOW, poolSize: 4 })
  const empty = async () => optionsFor(await newUrl())
  const installed = async () => {
    const options = await empty()
    await migrate(options)
    const store = await openStore(options)
    await store.configuration.install(sampleInstallation())
    await store.close()
    return options
  }
  // Copies of one: most of a first start is making its tables.
  const fresh = async () => {
    model ??= installed()
    const options = optionsFor(await newUrl((await model).url))
    const store = await reopen(options)
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
