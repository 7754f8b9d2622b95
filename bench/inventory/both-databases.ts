import { join } from 'node:path'
import { startPostgres } from '../../tests/postgres.ts'
import { type BenchDatabase, openPostgresDatabase, openSqliteFile } from './database.ts'

/** Where a server that is not started yet will keep what it has, and how the bench gets at it behind its back. */
export interface EmptyStore {
  readonly env: Readonly<Record<string, string>>
  open(dataDir: string): Promise<BenchDatabase>
}

/** A new store each time it is called. */
export type NewStore = () => Promise<EmptyStore>

/** On SQLite, then on PostgreSQL: the one of TEST_DATABASE_URL, or one that does not wait for its disk. */
export async function onBothDatabases(measure: (newStore: NewStore) => Promise<void>): Promise<void> {
  await measure(async () => ({ env: {}, open: async (dataDir) => openSqliteFile(join(dataDir, 'chancery.sqlite')) }))
  const postgres = await startPostgres()
  try {
    await measure(async () => {
      const url = await postgres.createDatabase()
      return {
        env: { CHANCERY_DATABASE_URL: url, CHANCERY_KEY_SECRET: 'bench-key-secret-0123456789-0123456789' },
        open: () => openPostgresDatabase(url),
      }
    })
  } finally {
    await postgres.stop()
  }
}
