import { Worker } from 'node:worker_threads'
import type { Value } from '../statement.ts'
import { StoreError } from '../store-error.ts'

export interface Question {
  readonly number: number
  readonly sql: string
  readonly parameters: readonly Value[]
}

type Answer = { readonly number: number } & ({ readonly rows: unknown[] } | { readonly error: string })

interface Waiting {
  readonly resolve: (rows: unknown[]) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

/** As long as a query may take on PostgreSQL. */
const LONGEST_MILLISECONDS = 10_000
/** More wait for nothing: whoever asks may ask again. */
const MOST_WAITING = 64

/**
 * Queries that may take long, in a thread with a connection of its own, so that no device waits for a list (design, rule
 * 16). The thread starts with the first query; one that takes too long ends with it, and the next query starts another.
 */
export class Reader {
  readonly #path: string
  readonly #waiting = new Map<number, Waiting>()
  #thread: Worker | undefined
  #number = 0

  constructor(path: string) {
    this.#path = path
  }

  /** @throws {StoreError} it took too long, or too many wait */
  all(sql: string, parameters: readonly Value[]): Promise<unknown[]> {
    if (this.#waiting.size >= MOST_WAITING) return Promise.reject(overloaded())
    const number = this.#number++
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => void this.#end(tooLong()), LONGEST_MILLISECONDS)
      this.#waiting.set(number, { resolve, reject, timer })
      this.#started().postMessage({ number, sql, parameters } satisfies Question)
    })
  }

  async close(): Promise<void> {
    await this.#end(new StoreError('ERR_STORE_UNAVAILABLE', 'The database is being closed.'))
  }

  #started(): Worker {
    if (this.#thread !== undefined) return this.#thread
    // Without the options of the process: those may be of a test runner or a debugger.
    const thread = new Worker(new URL('./reading-thread.ts', import.meta.url), {
      workerData: { path: this.#path },
      execArgv: [],
    })
    thread.on('message', (answer: Answer) => this.#settle(answer))
    thread.on('error', (error) => {
      if (this.#thread === thread) void this.#end(failed(error))
    })
    thread.unref()
    this.#thread = thread
    return thread
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.number)
    if (waiting === undefined) return
    this.#waiting.delete(answer.number)
    clearTimeout(waiting.timer)
    if ('rows' in answer) waiting.resolve(answer.rows)
    else waiting.reject(failed(answer.error))
  }

  /** With everything that waits for it. */
  async #end(error: StoreError): Promise<void> {
    const thread = this.#thread
    this.#thread = undefined
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(error)
    }
    this.#waiting.clear()
    await thread?.terminate()
  }
}

function tooLong(): StoreError {
  return new StoreError(
    'ERR_STORE_BUSY',
    'The database took more than ten seconds for a list. Narrow what is asked for.',
  )
}

function overloaded(): StoreError {
  return new StoreError('ERR_STORE_BUSY', 'Many lists are being read at this moment. Ask again in some seconds.')
}

function failed(cause: unknown): StoreError {
  return new StoreError('ERR_STORE_UNAVAILABLE', 'The database could not be read.', cause)
}
