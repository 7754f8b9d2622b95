import { Unavailable } from '@chancery/ra'
import { StoreError, type StoreErrorCode } from '@chancery/store'
import { type Answer, line } from './answer.ts'
import type { Operation } from './operation.ts'

/** Faults of a store that pass by themselves. */
const PASSING: ReadonlySet<StoreErrorCode> = new Set(['ERR_STORE_BUSY', 'ERR_STORE_UNAVAILABLE'])
const RETRY_AFTER_FAILURE_SECONDS = 30
const RETRY_AFTER_STORE_SECONDS = 5

/** What is not the device's fault: HTTP 503 or 500, when to ask again, and the id under which the log has the rest. */
export function ownFault(error: unknown, operation: Operation, id: string): Answer {
  const retryAfterSeconds = passingAfter(error)
  if (retryAfterSeconds === undefined) {
    const answer = line(500, `Something went wrong in the server. [${id}]`, {
      operation,
      outcome: 'failed',
      err: error,
    })
    return { ...answer, retryAfterSeconds: RETRY_AFTER_FAILURE_SECONDS }
  }
  const answer = line(503, `The server cannot answer now; ask again later. [${id}]`, {
    operation,
    outcome: 'unavailable',
    err: error,
  })
  return { ...answer, retryAfterSeconds }
}

function passingAfter(error: unknown): number | undefined {
  if (error instanceof Unavailable) return error.retryAfterSeconds
  if (error instanceof StoreError && PASSING.has(error.code)) return RETRY_AFTER_STORE_SECONDS
  return undefined
}
