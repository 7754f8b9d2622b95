import type { Compilable, Kysely } from 'kysely'
import pg from 'pg'
import type { Driver } from '../driver.ts'
import { empty, foreign } from '../installation.ts'
import type { Database } from '../schema/tables.ts'
import { bind, compileOnce, type Statement, statement, type Value, type Values } from '../statement.ts'
import type { StoreOptions } from '../store-options.ts'
import type { Unit, UnitResult } from '../unit.ts'
import { CONFIGURATION_CHANNEL, ConfigurationWatch } from './configuration-watch.ts'
import { describe, isAnswer, isFailedCast, isWorthRetrying, placeOf, uniqueViolationIn } from './postgres-error.ts'
import { columnTypes } from './type-parser.ts'
import { bindUnit, failedWrite, UnitStatements } from './unit-statement.ts'

const DEFAULT_POOL_SIZE = 8
const CONNECT_MILLISECONDS = 5000
/** A database that hangs must not hang the devices; nothing of ours takes as long. */
const QUERY_MILLISECONDS = 10_000
const ATTEMPTS = 4

const configurationVersion = statement((db) => db.selectFrom('config_version').select('version').where('id', '=', 1))

export async function openPostgres(url: string, options: Pick<StoreOptions, 'role' | 'poolSize'>): Promise<Driver> {
  const driver = new PostgresDriver(url, options)
  try {
    await driver.start()
  } catch (error) {
    await driver.close()
    throw error
  }
  return driver
}

class PostgresDriver implements Driver {
  readonly where: string
  readonly #pool: pg.Pool
  readonly #statements = new UnitStatements()
  readonly #watch: ConfigurationWatch

  constructor(url: string, { role, poolSize }: Pick<StoreOptions, 'role' | 'poolSize'>) {
    this.where = placeOf(url)
    this.#pool = new pg.Pool({
      connectionString: url,
      max: poolSize ?? DEFAULT_POOL_SIZE,
      connectionTimeoutMillis: CONNECT_MILLISECONDS,
      query_timeout: QUERY_MILLISECONDS,
      keepAlive: true,
      application_name: `chancery ${role ?? 'primary'}`,
      types: columnTypes,
    })
    // An idle connection that breaks is replaced when one is needed; a busy one rejects its query, which says so.
    this.#pool.on('error', () => {})
    this.#pool.on('connect', (client) => client.on('error', () => {}))
    this.#watch = new ConfigurationWatch(url, async () => (await this.first(configurationVersion, {}))?.version ?? 0)
  }

  /** Refuses what is not ours before anything else is read. */
  async start(): Promise<void> {
    try {
      const { rows } = await this.#pool.query<{ ours: string | null; tables: number }>(
        `select to_regclass('config_version') as ours,
          (select count(*) from pg_catalog.pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r') as tables`,
      )
      if (rows[0]?.ours == null) throw rows[0]?.tables === 0 ? empty(this.where) : foreign(this.where)
      await this.#watch.start()
    } catch (error) {
      throw describe(error, this.where)
    }
  }

  async all<Row>(statement: Statement<Row>, values: Values): Promise<Row[]> {
    try {
      return (await this.#ask(this.#query(statement, values))) as Row[]
    } catch (error) {
      throw describe(error, this.where)
    }
  }

  async first<Row>(statement: Statement<Row>, values: Values): Promise<Row | undefined> {
    return (await this.all(statement, values))[0]
  }

  snapshot<Rows extends readonly unknown[]>(
    statements: { readonly [Index in keyof Rows]: Statement<Rows[Index]> },
  ): Promise<{ -readonly [Index in keyof Rows]: Rows[Index][] }> {
    return this.#transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', async (client) => {
      const results: unknown[][] = []
      for (const one of statements) results.push((await client.query(this.#query(one, {}))).rows)
      return results as { -readonly [Index in keyof Rows]: Rows[Index][] }
    })
  }

  async report<Row>(build: (db: Kysely<Database>) => Compilable<Row>): Promise<Row[]> {
    const { sql, parameters } = compileOnce(build, 'postgres')
    try {
      return (await this.#ask({ text: sql, values: [...parameters] })) as Row[]
    } catch (error) {
      throw describe(error, this.where)
    }
  }

  async commit(unit: Unit): Promise<UnitResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await (unit.sequential === true ? this.#commitInSequence(unit) : this.#commitAtOnce(unit))
        if (unit.announce === true && result.status === 'committed') await this.#watch.refresh()
        return result
      } catch (error) {
        if (!isWorthRetrying(error) || attempt === ATTEMPTS) throw describe(error, this.where)
      }
    }
  }

  configurationVersion(): number {
    return this.#watch.version
  }

  onConfigurationChange(listener: (version: number) => void): () => void {
    return this.#watch.onChange(listener)
  }

  async close(): Promise<void> {
    await this.#watch.close()
    await this.#pool.end()
  }

  async #commitAtOnce(unit: Unit): Promise<UnitResult> {
    const composed = this.#statements.of(unit)
    try {
      const { name, text } = composed
      const [row] = await this.#ask({ name, text, values: bindUnit(composed, unit) })
      const { returned } = row as { returned: Value }
      return returned === null ? { status: 'committed' } : { status: 'committed', returned }
    } catch (error) {
      const failed = isFailedCast(error) ? failedWrite((error as Error).message) : undefined
      if (failed !== undefined) return { status: 'conflict', on: unit.writes[failed]?.otherwise ?? 'state' }
      return this.#conflictOf(error, unit)
    }
  }

  async #commitInSequence(unit: Unit): Promise<UnitResult> {
    try {
      return await this.#transaction('BEGIN', async (client) => {
        let returned: Value | undefined
        for (const { statement, values, expect, otherwise } of unit.writes) {
          const { rowCount, rows } = await client.query(this.#query(statement, values))
          if (rowCount !== 1 && expect !== 'any') throw new Conflict({ status: 'conflict', on: otherwise })
          if (statement.returning !== undefined) returned = (rows[0] as Record<string, Value>)[statement.returning]
        }
        if (unit.announce === true) {
          await client.query(`select pg_notify('${CONFIGURATION_CHANNEL}', version::text) from config_version`)
        }
        return returned === undefined ? { status: 'committed' } : { status: 'committed', returned }
      })
    } catch (error) {
      if (error instanceof Conflict) return error.result
      return this.#conflictOf(error, unit)
    }
  }

  /** Not by the pool's own `query`: that one throws a connection away for every error, and a conflict is one. */
  async #ask(query: pg.QueryConfig): Promise<unknown[]> {
    return this.#connected(async (client) => (await client.query(query)).rows as unknown[])
  }

  #transaction<Result>(begin: string, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    return this.#connected(async (client) => {
      try {
        await client.query(begin)
        const result = await work(client)
        await client.query('COMMIT')
        return result
      } catch (error) {
        if (error instanceof Conflict || isAnswer(error)) await client.query('ROLLBACK')
        throw error
      }
    })
  }

  async #connected<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect()
    let broken = false
    try {
      return await work(client)
    } catch (error) {
      broken = !(error instanceof Conflict || isAnswer(error))
      throw error
    } finally {
      client.release(broken)
    }
  }

  #query(statement: Statement, values: Values) {
    const { sql, parameters, number } = this.#statements.compile(statement)
    const text = statement.returning === undefined ? sql : `${sql} returning "${statement.returning}"`
    return { name: `one_${number}`, text, values: bind(parameters, values) }
  }

  #conflictOf(error: unknown, { writes }: Unit): UnitResult {
    const table = uniqueViolationIn(error)
    const violated = writes.find(
      ({ statement, unique }) =>
        unique !== undefined &&
        table !== undefined &&
        new RegExp(`^\\w+ (into )?"?${table}"? `).test(this.#statements.compile(statement).sql),
    )
    if (violated?.unique === undefined) throw error
    return { status: 'conflict', on: violated.unique }
  }
}

/** Leaves the transaction, which is then rolled back. */
class Conflict extends Error {
  readonly result: UnitResult

  constructor(result: UnitResult) {
    super('conflict')
    this.result = result
  }
}
