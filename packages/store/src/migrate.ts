import { fromDate } from './column.ts'
import { type InstallationRow, judgeTables, readInstallation, refuseNewer, wrappedKeyOf } from './installation.ts'
import { openPostgresMigration } from './postgres/postgres-migration.ts'
import { COLUMN_TYPES } from './schema/column-types.ts'
import { MIGRATIONS, PRODUCT, SCHEMA_NUMBER } from './schema/migrations.ts'
import { newStoreKey, unlockStoreKey } from './seal/store-key.ts'
import { openSqliteMigration } from './sqlite/sqlite-migration.ts'
import { compilers, type Dialect, type Value } from './statement.ts'
import { parseStoreUrl, type StoreOptions } from './store-options.ts'

/** A connection inside one transaction that holds the database's migration lock; closing without `commit` undoes all. */
export interface MigrationConnection {
  readonly dialect: Dialect
  /** For messages: never with a password. */
  readonly where: string
  tables(): Promise<readonly string[]>
  run(sql: string, parameters: readonly Value[]): Promise<readonly unknown[]>
  commit(): Promise<void>
  close(): Promise<void>
}

/**
 * Brings the database to this version's schema; an empty one gets all tables and a store key of its own. Whoever comes
 * second waits for the lock and then finds it done.
 * @throws {StoreError} when the database is newer, somebody else's, or sealed under another secret
 */
export async function migrate(options: StoreOptions): Promise<void> {
  const address = parseStoreUrl(options.url)
  const connection = await (address.dialect === 'sqlite'
    ? openSqliteMigration(address.path)
    : openPostgresMigration(address.url))
  try {
    const found = judgeTables(await connection.tables(), connection.where)
    if (found === 'empty') await createStore(connection, options)
    else await updateStore(connection, options)
    await connection.commit()
  } finally {
    await connection.close()
  }
}

async function createStore(connection: MigrationConnection, { keySecret, now }: StoreOptions): Promise<void> {
  await apply(connection, 0)
  const key = await newStoreKey(keySecret)
  const { sql, parameters } = compilers[connection.dialect]
    .insertInto('installation')
    .values({
      id: 1,
      product: PRODUCT,
      schema_number: SCHEMA_NUMBER,
      oldest_reader: oldestReader(0),
      key_id: key.keyId,
      key_salt: key.salt,
      wrapped_key: key.wrapped,
      key_check: key.check,
      created_at: fromDate(now()),
    })
    .compile()
  await connection.run(sql, parameters as Value[])
}

async function updateStore(connection: MigrationConnection, { keySecret }: StoreOptions): Promise<void> {
  const read = readInstallation.build(compilers[connection.dialect]).compile()
  const [found] = (await connection.run(read.sql, read.parameters as Value[])) as InstallationRow[]
  if (found === undefined) throw new TypeError('installation without its row')
  refuseNewer(found, connection.where)
  await unlockStoreKey(wrappedKeyOf(found), keySecret)
  if (found.schema_number >= SCHEMA_NUMBER) return
  await apply(connection, found.schema_number)
  const { sql, parameters } = compilers[connection.dialect]
    .updateTable('installation')
    .set({
      schema_number: SCHEMA_NUMBER,
      oldest_reader: Math.max(found.oldest_reader, oldestReader(found.schema_number)),
    })
    .compile()
  await connection.run(sql, parameters as Value[])
}

async function apply(connection: MigrationConnection, from: number): Promise<void> {
  for (const { schema, statements } of MIGRATIONS) {
    if (schema <= from) continue
    for (const built of statements(compilers[connection.dialect], COLUMN_TYPES[connection.dialect])) {
      const { sql, parameters } = built.compile()
      await connection.run(sql, parameters as Value[])
    }
  }
}

function oldestReader(from: number): number {
  return Math.max(...MIGRATIONS.filter(({ schema }) => schema > from).map((migration) => migration.oldestReader))
}
