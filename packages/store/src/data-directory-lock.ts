import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isBusy } from './sqlite/sqlite-error.ts'
import { StoreError } from './store-error.ts'

export interface DataDirectoryLock {
  release(): void
}

/**
 * Holds the data directory for the life of this process. The lock is one of the operating system, through an empty
 * SQLite file: kill -9 frees it, and no stale file is left that somebody must remove.
 * @throws {StoreError} when another process holds it
 */
export function lockDataDirectory(path: string): DataDirectoryLock {
  const database = open(path)
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw isBusy(error) ? held(path, error) : unusable(path, error)
  }
  return { release: () => database.close() }
}

function open(path: string): DatabaseSync {
  try {
    return new DatabaseSync(join(path, 'lock.db'), { timeout: 0 })
  } catch (error) {
    throw unusable(path, error)
  }
}

function held(path: string, cause: unknown): StoreError {
  return new StoreError(
    'ERR_STORE_LOCKED',
    `Another Chancery server is running on the data directory ${path}. Stop it, or give this one a directory of its own with CHANCERY_DATA_DIR.`,
    cause,
  )
}

function unusable(path: string, cause: unknown): StoreError {
  return new StoreError(
    'ERR_STORE_UNAVAILABLE',
    `The data directory ${path} cannot be used. Check that it exists and that this user may write in it.`,
    cause,
  )
}
