import { StoreError } from '../store-error.ts'

/** SQLSTATEs that mean something to us (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const UNIQUE_VIOLATION = '23505'
const INVALID_TEXT_REPRESENTATION = '22P02'
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const INSUFFICIENT_PRIVILEGE = '42501'
/** After a failover the old connections lead to a server that only reads: new ones must be made. */
const READ_ONLY_TRANSACTION = '25006'
/** Classes: connection exception, wrong user or password, no such database, insufficient resources, operator intervention. */
const UNAVAILABLE = ['08', '28', '3D', '53', '57']

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
  // Every SQLSTATE has a digit in it; EPIPE has none.
  if (code === undefined || !/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return false
  return code !== READ_ONLY_TRANSACTION && !UNAVAILABLE.includes(code.slice(0, 2))
}

const DOES_NOT_ANSWER =
  'does not answer. Check that PostgreSQL runs, that this host may connect, and CHANCERY_DATABASE_URL.'
const SENTENCES: readonly (readonly [codes: RegExp, sentence: string])[] = [
  [
    /^28/,
    'refuses the user or the password in CHANCERY_DATABASE_URL. Correct them, or let the user connect in pg_hba.conf.',
  ],
  [/^3D/, 'does not exist. Create it with CREATE DATABASE, or correct CHANCERY_DATABASE_URL.'],
  [new RegExp(READ_ONLY_TRANSACTION), 'can only be read: it is a standby. Point CHANCERY_DATABASE_URL at the primary.'],
  [
    new RegExp(INSUFFICIENT_PRIVILEGE),
    'does not let this user write. Make the user in CHANCERY_DATABASE_URL the owner of the database.',
  ],
]

/** What the administrator reads when the database is not there. */
export function describe(error: unknown, where: string): unknown {
  if (error instanceof StoreError || error instanceof TypeError) return error
  const sentence = SENTENCES.find(([codes]) => codes.test((error as DatabaseError).code ?? ''))?.[1]
  if (sentence === undefined && isAnswer(error)) return error
  return new StoreError('ERR_STORE_UNAVAILABLE', `The database at ${where} ${sentence ?? DOES_NOT_ANSWER}`, error)
}

/** Host, port and database of an address, without user and password. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
