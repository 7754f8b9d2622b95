import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { StartError } from './start-error.ts'

const FILE = 'key-secret'
const OCTETS = 32

/**
 * What wraps the store key: as configured, else, with SQLite, a file in the data directory, made on the first start.
 * @throws {StartError} when there is a database already and the file is gone: a new secret would open nothing
 */
export function keySecretOf({ keySecret, database, dataDir }: Config): Buffer {
  if (keySecret !== undefined) return Buffer.from(keySecret.reveal(), 'utf8')
  if (database.kind === 'postgres') throw new TypeError('the configuration demands a key secret with PostgreSQL')
  const path = join(dataDir, FILE)
  const text = existsSync(path) ? readFileSync(path, 'utf8').trimEnd() : ''
  if (text !== '') return Buffer.from(text, 'utf8')
  if (existsSync(databaseFile(database.url.reveal()))) throw new StartError(missing(path))
  const made = randomBytes(OCTETS).toString('base64url')
  writeDurably(path, `${made}\n`)
  return Buffer.from(made, 'utf8')
}

function databaseFile(url: string): string {
  return url.slice('sqlite:'.length)
}

function missing(path: string): string {
  return `The key secret ${path} is missing or empty, and the database beside it cannot be opened without it. Put the file back from a backup, or give the secret as CHANCERY_KEY_SECRET.`
}

/** On disk before the first key that it wraps is; whole or not at all, so that a crash leaves no half of a secret. */
function writeDurably(path: string, text: string): void {
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', 0o600)
  writeFileSync(file, text)
  fsyncSync(file)
  closeSync(file)
  renameSync(draft, path)
  const folder = openSync(join(path, '..'), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
