import { chmodSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DecisionRecord } from '@chancery/ra'
import { type DecisionQuery, type DecisionSlice, findRecord, type Report, readSlice } from '../decision/query.ts'
import { insertRefusal, recordValues } from '../decision/row.ts'
import { uuidAt } from '../decision/uuid-at.ts'
import { Reader } from '../sqlite/reader.ts'
import { isBusy } from '../sqlite/sqlite-error.ts'
import { StatementCache } from '../sqlite/statement-cache.ts'
import { compileOnce } from '../statement.ts'
import type { RefusalBounds } from './bounds.ts'
import type { RefusalStore } from './refusal-store.ts'

const OPENING_MILLISECONDS = 1000
/** A request never waits for this: who finds the file locked comes again. */
const WRITING_MILLISECONDS = 2
const MEASURE_MILLISECONDS = 10_000
/** As many rows as go at a time: the loop belongs to devices. */
const GOING_AT_A_TIME = 500

const SCHEMA = `create table if not exists refusal (
  id integer primary key, uuid text not null unique, at integer not null, correlation_id text not null, endpoint text,
  scep_profile_id integer, ra_profile_id integer, message_type text, outcome text not null, reason text, fail_info text,
  transaction_uuid text, transaction_id text, certificate_uuid text, challenge_uuid text, subject text, client text,
  peer text, detail text not null, count integer not null) strict;
  create index if not exists refusal_correlation on refusal (correlation_id);`

interface Open {
  readonly database: DatabaseSync
  readonly statements: StatementCache
  readonly reader: Reader
}

/** In a file beside the database, so that nothing of them is in its way: not its lock, not its log, not its disk pages. */
export class SqliteRefusals implements RefusalStore {
  readonly #path: string
  readonly #bounds: RefusalBounds
  #open: Open | undefined
  #free = Number.POSITIVE_INFINITY
  #measuredAt = Number.NEGATIVE_INFINITY

  constructor(databasePath: string, bounds: RefusalBounds) {
    this.#path = refusalsPath(databasePath)
    this.#bounds = bounds
  }

  async write(records: readonly DecisionRecord[]): Promise<'written' | 'full' | 'busy'> {
    if (records.length === 0) return 'written'
    if ((await this.#freeOctets()) < this.#bounds.leastFreeOctets) return 'full'
    const { database, statements } = this.#opened()
    try {
      database.exec('BEGIN IMMEDIATE')
      for (const record of records) statements.run(insertRefusal, recordValues(record))
      this.#letOldestGo(database)
      database.exec('COMMIT')
      return 'written'
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      if (isBusy(error)) return 'busy'
      throw error
    }
  }

  read(query: DecisionQuery): Promise<DecisionSlice> {
    return readSlice(this.#report(), 'refusal', query)
  }

  find(uuid: string): Promise<DecisionRecord | undefined> {
    return findRecord(this.#report(), 'refusal', uuid)
  }

  async isPruneDue(before: Date): Promise<boolean> {
    const rows = await this.#opened().reader.all('select 1 from refusal where uuid < ? limit 1', [uuidAt(before)])
    return rows.length > 0
  }

  /** Written by the process of the jobs, while others serve: a part at a time. */
  async prune(before: Date): Promise<void> {
    const { database } = this.#opened()
    const remove = database.prepare(
      'delete from refusal where id in (select id from refusal where uuid < ? order by uuid limit ?)',
    )
    for (;;) {
      try {
        if (Number(remove.run(uuidAt(before), GOING_AT_A_TIME).changes) < GOING_AT_A_TIME) return
      } catch (error) {
        if (!isBusy(error)) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, WRITING_MILLISECONDS))
    }
  }

  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await open?.reader.close()
    open?.database.close()
  }

  #report(): Report {
    const { reader } = this.#opened()
    return async (build) => {
      const { sql, parameters } = compileOnce(build, 'sqlite')
      return (await reader.all(sql, parameters)) as never
    }
  }

  /** With the first record or the first question. */
  #opened(): Open {
    if (this.#open !== undefined) return this.#open
    const database = new DatabaseSync(this.#path, { timeout: OPENING_MILLISECONDS })
    chmodSync(this.#path, 0o600)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    database.exec(SCHEMA)
    database.exec(`PRAGMA busy_timeout = ${WRITING_MILLISECONDS}`)
    this.#open = { database, statements: new StatementCache(database), reader: new Reader(this.#path) }
    return this.#open
  }

  #letOldestGo(database: DatabaseSync): void {
    const { first, last } = database.prepare('select min(id) as first, max(id) as last from refusal').get() as {
      first: number
      last: number
    }
    const tooMany = last - first + 1 - this.#bounds.mostRows
    const going =
      this.#octets(database) > this.#bounds.mostOctets ? GOING_AT_A_TIME : Math.min(tooMany, GOING_AT_A_TIME)
    if (going > 0) database.prepare('delete from refusal where id < ?').run(first + going)
  }

  /** That rows are in: pages that became free are used again. */
  #octets(database: DatabaseSync): number {
    const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
  }

  async #freeOctets(): Promise<number> {
    if (performance.now() - this.#measuredAt < MEASURE_MILLISECONDS) return this.#free
    this.#measuredAt = performance.now()
    this.#free = await (this.#bounds.freeOctets ?? (() => freeAt(this.#path)))()
    return this.#free
  }
}

/** `chancery.sqlite` → `chancery-refusals.sqlite` */
export function refusalsPath(databasePath: string): string {
  const extension = extname(databasePath)
  return `${databasePath.slice(0, databasePath.length - extension.length)}-refusals${extension}`
}

async function freeAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(path))
  return bavail * bsize
}
