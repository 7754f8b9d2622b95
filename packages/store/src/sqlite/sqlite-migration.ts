import { chmodSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { foreign, judgeTables } from '../installation.ts'
import type { MigrationConnection } from '../migrate.ts'
import { StoreError } from '../store-error.ts'
import { isBusy, isNotADatabase } from './sqlite-error.ts'

const LOCK_MILLISECONDS = 30_000
/** How long one try may hold the loop, and how long it then waits: who has the lock may be in this very process. */
const TRY_MILLISECONDS = 20
const WAIT_MILLISECONDS = 50
/** "CHNC": what `file` and SQLite itself know the file by. */
const APPLICATION_ID = 0x43484e43

/** BEGIN EXCLUSIVE on the file; made if it is not there. */
export async function openSqliteMigration(path: string): Promise<MigrationConnection> {
  const database = open(path)
  const until = performance.now() + LOCK_MILLISECONDS
  try {
    while (!begin(database, path)) {
      if (performance.now() > until) throw locked(path)
      await setTimeout(Math.random() * WAIT_MILLISECONDS)
    }
  } catch (error) {
    database.close()
    throw refusal(error, path)
  }
  return {
    dialect: 'sqlite',
    where: path,
    tables: async () => tablesOf(database),
    run: async (sql, parameters) => database.prepare(sql).all(...(parameters as SQLInputValue[])),
    commit: async () => database.exec('COMMIT'),
    close: async () => {
      if (database.isTransaction) database.exec('ROLLBACK')
      database.close()
    },
  }
}

/** False when another process has the lock. */
function begin(database: DatabaseSync, path: string): boolean {
  try {
    // Nothing is written to a file before it is known to be empty or ours.
    judgeTables(tablesOf(database), path)
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = FULL')
    database.exec('BEGIN EXCLUSIVE')
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
    return true
  } catch (error) {
    if (isBusy(error)) return false
    throw error
  }
}

function open(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: TRY_MILLISECONDS })
    chmodSync(path, 0o600)
    return database
  } catch (error) {
    throw refusal(error, path)
  }
}

function tablesOf(database: DatabaseSync): string[] {
  const rows = database.prepare(`SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')`).all()
  return rows.map(({ name }) => String(name))
}

function locked(path: string): StoreError {
  return new StoreError(
    'ERR_STORE_BUSY',
    `The database at ${path} stayed locked for half a minute. Stop the other program that has it open.`,
  )
}

function refusal(error: unknown, path: string): unknown {
  if (error instanceof StoreError) return error
  if (isNotADatabase(error)) return foreign(path, error)
  return new StoreError(
    'ERR_STORE_UNAVAILABLE',
    `The database at ${path} cannot be opened. Check that its directory exists and that this user may write in it.`,
    error,
  )
}
