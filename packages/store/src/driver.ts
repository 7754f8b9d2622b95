import type { Compilable, Kysely } from 'kysely'
import type { Database } from './schema/tables.ts'
import type { Statement, Values } from './statement.ts'
import type { Unit, UnitResult } from './unit.ts'

/** What the repositories need of a database; one implementation for SQLite, one for PostgreSQL. */
export interface Driver {
  /** For messages: never with a password. */
  readonly where: string
  all<Row>(statement: Statement<Row>, values: Values): Promise<Row[]>
  first<Row>(statement: Statement<Row>, values: Values): Promise<Row | undefined>
  /** Several reads of one and the same state of the database. */
  snapshot<Rows extends readonly unknown[]>(
    statements: { readonly [Index in keyof Rows]: Statement<Rows[Index]> },
  ): Promise<{ -readonly [Index in keyof Rows]: Rows[Index][] }>
  /**
   * A query that is made for one question and may take long: a list, a search, a page of an export. On SQLite it runs in a
   * thread of its own, so that no device waits for it (design, rule 16).
   * @throws {StoreError} it took more than ten seconds, or too many wait
   */
  report<Row>(build: (db: Kysely<Database>) => Compilable<Row>): Promise<Row[]>
  commit(unit: Unit): Promise<UnitResult>
  /** The version of the configuration, as far as this process can know without waiting. */
  configurationVersion(): number
  onConfigurationChange(listener: (version: number) => void): () => void
  close(): Promise<void>
}
