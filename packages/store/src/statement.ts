import type { Insertable } from 'kysely'
import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import { fromText } from './column.ts'
import type { Database } from './schema/tables.ts'

export type Dialect = 'sqlite' | 'postgres'

export type Value = string | number | Buffer | null

export type Values = Readonly<Record<string, Value>>

/** A place in a statement that is filled at each execution. */
export class Slot {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** Stands where Kysely expects a value of type T; Kysely passes it through into the list of parameters. */
export function slot<T extends Value>(name: string): T {
  return new Slot(name) as unknown as T
}

/**
 * A statement of which only the values change. Kysely compiles it once for each database, not once for each request:
 * building and compiling costs more than SQLite needs to execute it.
 */
export interface Statement<Row = unknown> {
  readonly build: (db: Kysely<Database>) => Compilable<Row>
  /** Column of the written row that the unit hands back. */
  readonly returning?: string
  /** A SELECT that stands in a unit as a condition. */
  readonly reads?: true
}

export type RowOf<Of> = Of extends Statement<infer Row> ? Row : never

export function statement<Row>(build: (db: Kysely<Database>) => Compilable<Row>, returning?: string): Statement<Row> {
  return returning === undefined ? { build } : { build, returning }
}

export function condition(build: (db: Kysely<Database>) => Compilable<unknown>): Statement {
  return { build, reads: true }
}

export interface CompiledStatement {
  readonly sql: string
  readonly parameters: readonly (Slot | Value)[]
}

export function compileStatement(statement: Statement, dialect: Dialect): CompiledStatement {
  const { sql, parameters } = statement.build(compilers[dialect]).compile()
  return { sql, parameters: parameters as readonly (Slot | Value)[] }
}

export function bind(parameters: readonly (Slot | Value)[], values: Values): Value[] {
  return parameters.map((parameter) => {
    if (!(parameter instanceof Slot)) return parameter
    const value = values[parameter.name]
    if (value === undefined) throw new TypeError(`no value for ${parameter.name}`)
    return typeof value === 'string' ? fromText(value) : value
  })
}

/**
 * INSERT … SELECT in place of VALUES, because a WHERE may follow it: on PostgreSQL each write of a unit depends on the
 * one before.
 */
export function insertRow<Table extends keyof Database & string>(
  db: Kysely<Database>,
  table: Table,
  row: Insertable<Database[Table]>,
): Compilable<unknown> {
  const columns = Object.keys(row)
  const values = Object.values(row as Record<string, unknown>)
  const insert = sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))}) select ${sql.join(values)}`
  return { compile: () => insert.compile(db) }
}

/** A query that is made for one question: its values stand in it. */
export function compileOnce(
  build: (db: Kysely<Database>) => Compilable<unknown>,
  dialect: Dialect,
): { readonly sql: string; readonly parameters: readonly Value[] } {
  const { sql, parameters } = build(compilers[dialect]).compile()
  return {
    sql,
    parameters: bind(parameters as readonly Value[], {}).map((value) =>
      typeof value === 'string' ? fromText(value) : value,
    ),
  }
}

/** Kysely is used to write SQL, not to run it: no driver is behind these. */
export const compilers: Readonly<Record<Dialect, Kysely<Database>>> = {
  sqlite: new Kysely<Database>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  postgres: new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
}
