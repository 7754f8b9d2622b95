import type { Driver } from '../packages/store/src/driver.ts'
import { openPostgres } from '../packages/store/src/postgres/postgres-driver.ts'
import { openSqlite } from '../packages/store/src/sqlite/sqlite-driver.ts'

/** A connection of its own to a database, to look behind the store. */
export async function openDriver(url: string): Promise<Driver> {
  return url.startsWith('sqlite:') ? openSqlite(url.slice('sqlite:'.length)) : openPostgres(url, {})
}
