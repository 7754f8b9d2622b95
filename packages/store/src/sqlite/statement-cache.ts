import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { bind, compileStatement, type Slot, type Statement, type Value, type Values } from '../statement.ts'

interface Prepared {
  readonly statement: StatementSync
  readonly parameters: readonly (Slot | Value)[]
}

/** Each statement is compiled and prepared once for a connection. */
export class StatementCache {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<Statement, Prepared>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  all<Row>(statement: Statement<Row>, values: Values): Row[] {
    const { statement: prepared, parameters } = this.#prepare(statement)
    return prepared.all(...(bind(parameters, values) as SQLInputValue[])) as Row[]
  }

  first<Row>(statement: Statement<Row>, values: Values): Row | undefined {
    const { statement: prepared, parameters } = this.#prepare(statement)
    return prepared.get(...(bind(parameters, values) as SQLInputValue[])) as Row | undefined
  }

  /** How many rows were written. */
  run(statement: Statement, values: Values): number {
    const { statement: prepared, parameters } = this.#prepare(statement)
    return Number(prepared.run(...(bind(parameters, values) as SQLInputValue[])).changes)
  }

  #prepare(statement: Statement): Prepared {
    let prepared = this.#prepared.get(statement)
    if (prepared === undefined) {
      const { sql, parameters } = compileStatement(statement, 'sqlite')
      const text = statement.returning === undefined ? sql : `${sql} returning "${statement.returning}"`
      prepared = { statement: this.#database.prepare(text), parameters }
      this.#prepared.set(statement, prepared)
    }
    return prepared
  }
}
