import { StoreError } from '../store-error.ts'

/** SQLSTATEs that mean something to us (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const UNIQUE_VIOLATION = '23505'
const INVALID_TEXT_REPRESENTATION = '22P02'
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
/** Classes: connection exception, insufficient resources, operator intervention. */
const UNAVAILABLE = ['08', '53', '57']

interface DatabaseError {
  readonly code?: string
  readonly table?: string
  readonly message?: string
}

/** The table whose unique index was violated. */
export function uniqueViolationIn(error: unknown): string | undefined {
  const { code, table } = error as DatabaseError
  return code === UNIQUE_VIOLATION ? table : undefined
}

export function isFailedCast(error: unknown): boolean {
  return (error as DatabaseError).code === INVALID_TEXT_REPRESENTATION
}

/** The database itself undid it, and doing it again is the remedy. */
export function isWorthRetrying(error: unknown): boolean {
  const { code } = error as DatabaseError
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
}

/** A SQLSTATE says that the server answered, and the connection goes on; without one the connection failed. */
export function isAnswer(error: unknown): boolean {
  const { code } = error as DatabaseError
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !UNAVAILABLE.includes(code.slice(0, 2))
}

/** What the administrator reads when the database is not there. */
export function describe(error: unknown, where: string): unknown {
  if (error instanceof StoreError || error instanceof TypeError || isAnswer(error)) return error
  return new StoreError(
    'ERR_STORE_UNAVAILABLE',
    `The database at ${where} does not answer. Check that PostgreSQL runs, that this host may connect, and CHANCERY_DATABASE_URL.`,
    error,
  )
}

/** Host, port and database of an address, without user and password. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
