import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../../../tests/folder.ts'
import { parseSettings } from '../config.ts'
import { keySecretOf } from './key-secret.ts'
import { StartError } from './start-error.ts'

const folder = temporaryFolder()
let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(folder, 'data-'))
})

const secret = (more = {}) => keySecretOf(parseSettings({ CHANCERY_DATA_DIR: dataDir, ...more }))

test('a first start makes one of 256 bits that only its owner can read', () => {
  const made = secret()
  const path = join(dataDir, 'key-secret')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url')).toHaveLength(32)
  expect(secret()).toEqual(made)
})

test('one that is configured makes no file', () => {
  expect(secret({ CHANCERY_KEY_SECRET: 'long enough, and random' }).toString()).toBe('long enough, and random')
  expect(() => statSync(join(dataDir, 'key-secret'))).toThrow()
})

test('beside a database a new one is never made: it would open nothing', () => {
  secret()
  writeFileSync(join(dataDir, 'chancery.sqlite'), '')
  rmSync(join(dataDir, 'key-secret'))
  expect(() => secret()).toThrow(StartError)
  writeFileSync(join(dataDir, 'key-secret'), '')
  expect(() => secret()).toThrow(StartError)
})

test('an empty file without a database is a first start that broke off', () => {
  writeFileSync(join(dataDir, 'key-secret'), '')
  expect(secret()).toHaveLength(43)
  expect(statSync(join(dataDir, 'key-secret')).mode & 0o777).toBe(0o600)
})
