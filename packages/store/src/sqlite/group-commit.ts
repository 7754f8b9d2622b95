import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Value } from '../statement.ts'
import { StoreError } from '../store-error.ts'
import type { Unit, UnitResult, Write } from '../unit.ts'
import { isBusy, isUniqueViolation } from './sqlite-error.ts'
import { StatementCache } from './statement-cache.ts'

interface Waiting {
  readonly unit: Unit
  readonly since: number
  readonly resolve: (result: UnitResult) => void
  readonly reject: (error: unknown) => void
}

/** One flush of the disk serves this many units; more would hold the event loop too long. */
const BATCH_SIZE = 64
const RETRY_MILLISECONDS = 8
const GIVE_UP_MILLISECONDS = 10_000

/**
 * Commits the units that wait, together: one flush of the disk for all of them. Everything between BEGIN and COMMIT is
 * synchronous, so that nothing of another request can slip into a transaction (design, rule 1).
 */
export class GroupCommit {
  readonly #database: DatabaseSync
  readonly #statements: StatementCache
  readonly #control: Readonly<Record<'begin' | 'commit' | 'savepoint' | 'release' | 'undo', StatementSync>>
  #waiting: Waiting[] = []
  #scheduled = false

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#statements = new StatementCache(database)
    this.#control = {
      begin: database.prepare('BEGIN IMMEDIATE'),
      commit: database.prepare('COMMIT'),
      savepoint: database.prepare('SAVEPOINT unit'),
      release: database.prepare('RELEASE unit'),
      undo: database.prepare('ROLLBACK TO unit'),
    }
  }

  commit(unit: Unit): Promise<UnitResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ unit, since: performance.now(), resolve, reject })
      this.#schedule()
    })
  }

  /** Until nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    // After the I/O callbacks of this turn: requests that came in together are committed together.
    setImmediate(() => this.#run())
  }

  #run(): void {
    this.#scheduled = false
    try {
      this.#control.begin.run()
    } catch (error) {
      this.#wait(error)
      return
    }
    const batch = this.#waiting.splice(0, BATCH_SIZE)
    try {
      const answers = batch.map(({ unit }) => this.#try(unit))
      this.#control.commit.run()
      for (const [index, answer] of answers.entries()) settle(batch[index] as Waiting, answer)
    } catch (error) {
      // Disk full, I/O error: nothing of the batch is there, and nobody was told otherwise.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      const failure = writeFailed(error)
      for (const { reject } of batch) reject(failure)
    }
    if (this.#waiting.length > 0) this.#schedule()
  }

  /** Another process writes: try again soon, not at the same moment as everybody else, and leave the loop free. */
  #wait(error: unknown): void {
    const failure = isBusy(error) ? busy(error) : writeFailed(error)
    const givenUp = isBusy(error) ? performance.now() - GIVE_UP_MILLISECONDS : Number.POSITIVE_INFINITY
    for (const { reject } of this.#waiting.filter(({ since }) => since < givenUp)) reject(failure)
    this.#waiting = this.#waiting.filter(({ since }) => since >= givenUp)
    if (this.#waiting.length === 0) return
    this.#scheduled = true
    setTimeout(() => this.#run(), Math.random() * RETRY_MILLISECONDS)
  }

  /** The outcome of one unit; an error that concerns this unit alone is handed to its maker. */
  #try(unit: Unit): Answer {
    this.#control.savepoint.run()
    try {
      const result = this.#apply(unit.writes)
      if (result.status === 'conflict') this.#control.undo.run()
      this.#control.release.run()
      return { result }
    } catch (error) {
      if (!this.#database.isTransaction) throw error
      this.#control.undo.run()
      this.#control.release.run()
      return { error }
    }
  }

  #apply(writes: readonly Write[]): UnitResult {
    let returned: Value | undefined
    for (const { statement, values, expect, otherwise, unique } of writes) {
      try {
        let rows: number
        if (statement.reads === true) {
          rows = this.#statements.first(statement, values) === undefined ? 0 : 1
        } else if (statement.returning === undefined) {
          rows = this.#statements.run(statement, values)
        } else {
          const row = this.#statements.first(statement, values) as Record<string, Value> | undefined
          rows = row === undefined ? 0 : 1
          returned = row?.[statement.returning]
        }
        if (rows !== 1 && expect !== 'any') return { status: 'conflict', on: otherwise }
      } catch (error) {
        if (unique === undefined || !isUniqueViolation(error)) throw error
        return { status: 'conflict', on: unique }
      }
    }
    return returned === undefined ? { status: 'committed' } : { status: 'committed', returned }
  }
}

type Answer = { readonly result: UnitResult } | { readonly error: unknown }

function settle(waiting: Waiting, answer: Answer): void {
  if ('error' in answer) waiting.reject(answer.error)
  else waiting.resolve(answer.result)
}

function busy(cause: unknown): StoreError {
  return new StoreError(
    'ERR_STORE_BUSY',
    'The database stayed locked for ten seconds. Look for another program that holds the SQLite file open for writing.',
    cause,
  )
}

function writeFailed(cause: unknown): StoreError {
  return new StoreError(
    'ERR_STORE_UNAVAILABLE',
    'The database could not be written. Check free space and permissions of the data directory.',
    cause,
  )
}
