import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Compilable, Kysely } from 'kysely'
import type { Driver } from '../driver.ts'
import { empty, foreign, judgeTables } from '../installation.ts'
import type { Database } from '../schema/tables.ts'
import { compileOnce, type Statement, statement, type Values } from '../statement.ts'
import type { Unit, UnitResult } from '../unit.ts'
import { GroupCommit } from './group-commit.ts'
import { Reader } from './reader.ts'
import { isNotADatabase } from './sqlite-error.ts'
import { StatementCache } from './statement-cache.ts'

/** Opening may have to wait for another process that recovers after a crash; a request must never wait like that. */
const OPENING_MILLISECONDS = 10_000
const WRITING_MILLISECONDS = 3
/** 16 MB of log: random keys touch the same index pages again and again, and each is then moved once, not four times. */
const CHECKPOINT_PAGES = 4000

const configurationVersion = statement((db) => db.selectFrom('config_version').select('version').where('id', '=', 1))

/** @throws {StoreError} when the file is not there, or is not ours */
export function openSqlite(path: string): Driver {
  if (!existsSync(path)) throw empty(path)
  try {
    return new SqliteDriver(path)
  } catch (error) {
    throw isNotADatabase(error) ? foreign(path, error) : error
  }
}

/** One connection writes, in groups; a second one, read-only, reads what is committed. */
class SqliteDriver implements Driver {
  readonly where: string
  readonly #writer: DatabaseSync
  readonly #reader: DatabaseSync
  readonly #group: GroupCommit
  readonly #reads: StatementCache
  readonly #reports: Reader
  readonly #listeners = new Set<(version: number) => void>()
  #versionOfTurn: number | undefined

  constructor(path: string) {
    this.where = path
    this.#writer = new DatabaseSync(path, { timeout: OPENING_MILLISECONDS })
    const tables = this.#writer.prepare('SELECT name FROM sqlite_schema').all()
    if (
      judgeTables(
        tables.map(({ name }) => String(name)),
        path,
      ) === 'empty'
    )
      throw empty(path)
    this.#writer.exec('PRAGMA synchronous = FULL')
    this.#writer.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    this.#writer.exec(`PRAGMA busy_timeout = ${WRITING_MILLISECONDS}`)
    this.#reader = new DatabaseSync(path, { readOnly: true, timeout: OPENING_MILLISECONDS })
    this.#group = new GroupCommit(this.#writer)
    this.#reads = new StatementCache(this.#reader)
    this.#reports = new Reader(path)
  }

  async all<Row>(statement: Statement<Row>, values: Values): Promise<Row[]> {
    return this.#reads.all(statement, values)
  }

  async first<Row>(statement: Statement<Row>, values: Values): Promise<Row | undefined> {
    return this.#reads.first(statement, values)
  }

  async snapshot<Rows extends readonly unknown[]>(
    statements: { readonly [Index in keyof Rows]: Statement<Rows[Index]> },
  ): Promise<{ -readonly [Index in keyof Rows]: Rows[Index][] }> {
    this.#reader.exec('BEGIN')
    try {
      return statements.map((one) => this.#reads.all(one, {})) as { -readonly [Index in keyof Rows]: Rows[Index][] }
    } finally {
      this.#reader.exec('COMMIT')
    }
  }

  async report<Row>(build: (db: Kysely<Database>) => Compilable<Row>): Promise<Row[]> {
    const { sql, parameters } = compileOnce(build, 'sqlite')
    return (await this.#reports.all(sql, parameters)) as Row[]
  }

  async commit(unit: Unit): Promise<UnitResult> {
    const result = await this.#group.commit(unit)
    if (unit.announce === true && result.status === 'committed') {
      const version = this.#readVersion()
      this.#versionOfTurn = undefined
      for (const listener of this.#listeners) listener(version)
    }
    return result
  }

  /**
   * Other processes on this file write too, so it is read anew in each turn of the event loop: whoever asks in this one did so
   * before it began.
   */
  configurationVersion(): number {
    if (this.#versionOfTurn === undefined) {
      this.#versionOfTurn = this.#readVersion()
      setImmediate(() => {
        this.#versionOfTurn = undefined
      })
    }
    return this.#versionOfTurn
  }

  #readVersion(): number {
    return this.#reads.first(configurationVersion, {})?.version ?? 0
  }

  onConfigurationChange(listener: (version: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    await this.#group.drain()
    await this.#reports.close()
    this.#reader.close()
    this.#writer.close()
  }
}
