/** Result codes of SQLite (https://www.sqlite.org/rescode.html), those that mean something to us. */
const BUSY = 5
const CONSTRAINT_PRIMARYKEY = 1555
const CONSTRAINT_UNIQUE = 2067
const NOT_A_DATABASE = 26

export function isBusy(error: unknown): boolean {
  return (code(error) & 0xff) === BUSY
}

export function isUniqueViolation(error: unknown): boolean {
  return code(error) === CONSTRAINT_UNIQUE || code(error) === CONSTRAINT_PRIMARYKEY
}

export function isNotADatabase(error: unknown): boolean {
  return (code(error) & 0xff) === NOT_A_DATABASE
}

function code(error: unknown): number {
  const { errcode } = error as { errcode?: unknown }
  return typeof errcode === 'number' ? errcode : 0
}
