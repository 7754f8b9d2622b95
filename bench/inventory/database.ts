import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import pg from 'pg'

/** A database that the bench fills behind the server's back, in what its SQL has of its own. */
export interface BenchDatabase {
  readonly name: 'sqlite' | 'postgresql'
  /** Rows `s.n` from one number to another. */
  series(from: number, to: number): string
  /** Seven digits of a number. */
  digits(expression: string): string
  hex(expression: string, length: number): string
  /** 32 octets that are different for each text. */
  octets(expression: string): string
  run(sql: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
  /** After many rows: what the database knows of its tables, and the next number. */
  settle(): Promise<void>
  close(): Promise<void>
}

export function openSqliteFile(path: string): BenchDatabase {
  const database = new DatabaseSync(path, { timeout: 30_000 })
  database.exec('PRAGMA synchronous = OFF')
  return {
    name: 'sqlite',
    series: (from, to) =>
      `(with recursive s(n) as (select ${from} union all select n + 1 from s where n < ${to}) select n from s) as s`,
    digits: (expression) => `printf('%07d', ${expression})`,
    hex: (expression, length) => `printf('%0${length}x', ${expression})`,
    octets: () => 'randomblob(32)',
    run: async (sql, parameters = []) => database.prepare(sql).all(...(parameters as SQLInputValue[])),
    settle: async () => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    close: async () => database.close(),
  }
}

export async function openPostgresDatabase(url: string): Promise<BenchDatabase> {
  const client = new pg.Client(url)
  await client.connect()
  return {
    name: 'postgresql',
    series: (from, to) => `generate_series(${from}, ${to}) as s(n)`,
    digits: (expression) => `lpad((${expression})::text, 7, '0')`,
    hex: (expression, length) => `lpad(to_hex(${expression}), ${length}, '0')`,
    octets: (expression) => `sha256(convert_to((${expression})::text, 'UTF8'))`,
    async run(sql, parameters = []) {
      let number = 0
      return (
        await client.query(
          sql.replace(/\?/g, () => `$${++number}`),
          [...parameters],
        )
      ).rows
    },
    async settle() {
      await client.query(
        `select setval(pg_get_serial_sequence('certificate', 'id'), (select max(id) from certificate))`,
      )
      await client.query('analyze')
    },
    close: () => client.end(),
  }
}
