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
  commit(unit: Unit): Promise<UnitResult>
  /** The version of the configuration, as far as this process can know without waiting. */
  configurationVersion(): number
  onConfigurationChange(listener: (version: number) => void): () => void
  close(): Promise<void>
}
