import { setPriority } from 'node:os'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { Question } from './reader.ts'

/** Nice value: where all processors are busy, devices come before reports (design, rule 16). On Linux a thread has one of its own. */
const BEHIND_DEVICES = 5

try {
  if (process.platform === 'linux') setPriority(BEHIND_DEVICES)
} catch {
  // Where that is forbidden reports are read all the same.
}

/** The other side of `reader.ts`: one read-only connection, one query after the other. */
const database = new DatabaseSync((workerData as { path: string }).path, { readOnly: true, timeout: 10_000 })

parentPort?.on('message', ({ number, sql, parameters }: Question) => {
  try {
    parentPort?.postMessage({ number, rows: database.prepare(sql).all(...(parameters as SQLInputValue[])) })
  } catch (error) {
    parentPort?.postMessage({ number, error: error instanceof Error ? error.message : String(error) })
  }
})
