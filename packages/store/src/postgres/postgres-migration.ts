import pg from 'pg'
import type { MigrationConnection } from '../migrate.ts'
import { describe, placeOf } from './postgres-error.ts'
import { columnTypes } from './type-parser.ts'

/** Any constant, as long as it stays the same: "CHNC". */
export const MIGRATION_LOCK = 0x43484e43

const TABLES = `select c.relname as name from pg_catalog.pg_class c
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')`

/** One transaction under an advisory lock: in PostgreSQL tables are made in transactions like anything else. */
export async function openPostgresMigration(url: string): Promise<MigrationConnection> {
  const client = new pg.Client({ connectionString: url, application_name: 'chancery migration', types: columnTypes })
  client.on('error', () => {}) // the query that was running rejects as well, and says so
  try {
    await client.connect()
    await client.query('BEGIN')
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`)
  } catch (error) {
    await client.end().catch(() => {})
    throw describe(error, placeOf(url))
  }
  return {
    dialect: 'postgres',
    where: placeOf(url),
    tables: async () => (await client.query<{ name: string }>(TABLES)).rows.map(({ name }) => name),
    run: async (sql, parameters) => {
      try {
        return (await client.query(sql, [...parameters])).rows
      } catch (error) {
        throw describe(error, placeOf(url))
      }
    },
    commit: async () => {
      await client.query('COMMIT')
    },
    // The server undoes what was not committed.
    close: () => client.end(),
  }
}
