import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { Question } from './reader.ts'

/** The other side of `reader.ts`: one read-only connection, one query after the other. */
const database = new DatabaseSync((workerData as { path: string }).path, { readOnly: true, timeout: 10_000 })

parentPort?.on('message', ({ number, sql, parameters }: Question) => {
  try {
    parentPort?.postMessage({ number, rows: database.prepare(sql).all(...(parameters as SQLInputValue[])) })
  } catch (error) {
    parentPort?.postMessage({ number, error: error instanceof Error ? error.message : String(error) })
  }
})
