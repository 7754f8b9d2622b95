import type { Selectable } from 'kysely'
import { toBytes } from './column.ts'
import { PRODUCT, SCHEMA_NUMBER } from './schema/migrations.ts'
import type { InstallationTable } from './schema/tables.ts'
import type { WrappedStoreKey } from './seal/store-key.ts'
import { statement } from './statement.ts'
import { StoreError } from './store-error.ts'

export type InstallationRow = Selectable<InstallationTable>

export const readInstallation = statement((db) => db.selectFrom('installation').selectAll().where('id', '=', 1))

/** What stands in a database: nothing, one of ours (perhaps of another version), or somebody else's tables. */
export function judgeTables(tables: readonly string[], where: string): 'empty' | 'ours' {
  if (tables.length === 0) return 'empty'
  if (!tables.includes('installation') || !tables.includes('config_version')) throw foreign(where)
  return 'ours'
}

/** A node runs while the store's oldest reader is not newer than itself (design, rule 20). */
export function refuseNewer(row: InstallationRow, where: string): void {
  if (row.product !== PRODUCT) throw foreign(where)
  if (row.oldest_reader > SCHEMA_NUMBER) {
    throw new StoreError(
      'ERR_STORE_NEWER',
      `The database at ${where} has schema ${row.schema_number}, which needs a Chancery that knows schema ` +
        `${row.oldest_reader}; this one knows ${SCHEMA_NUMBER}. Start the newer version, or restore a backup made before the upgrade.`,
    )
  }
}

export function refuseOlder(row: InstallationRow, where: string): void {
  if (row.schema_number >= SCHEMA_NUMBER) return
  throw new StoreError(
    'ERR_STORE_OLDER',
    `The database at ${where} has schema ${row.schema_number}; this Chancery needs ${SCHEMA_NUMBER}. Migrate it first: a server does so when it starts.`,
  )
}

export function empty(where: string): StoreError {
  return new StoreError(
    'ERR_STORE_EMPTY',
    `There is no Chancery database at ${where} yet. Start the server once: it makes one.`,
  )
}

export function foreign(where: string, cause?: unknown): StoreError {
  return new StoreError(
    'ERR_STORE_FOREIGN',
    `The database at ${where} holds something that is not Chancery's, and nothing in it was touched. ` +
      'Give Chancery a database of its own: check CHANCERY_DATABASE_URL or CHANCERY_DATA_DIR.',
    cause,
  )
}

export function wrappedKeyOf(row: InstallationRow): WrappedStoreKey {
  return {
    keyId: row.key_id,
    salt: toBytes(row.key_salt),
    wrapped: toBytes(row.wrapped_key),
    check: toBytes(row.key_check),
  }
}
