import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDataDirectory } from './data-directory-lock.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'chancery-lock-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('a data directory is held by one process, and the second one is told which directory', () => {
  const lock = lockDataDirectory(directory)
  expect(() => lockDataDirectory(directory)).toThrow(expect.objectContaining({ code: 'ERR_STORE_LOCKED' }))
  expect(() => lockDataDirectory(directory)).toThrow(directory)
  lock.release()
  lockDataDirectory(directory).release()
})

test('kill -9 of the holder frees the data directory', async () => {
  const program = `
    const { lockDataDirectory } = await import(${JSON.stringify(new URL('data-directory-lock.ts', import.meta.url).href)})
    lockDataDirectory(${JSON.stringify(directory)})
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(() => lockDataDirectory(directory)).toThrow(expect.objectContaining({ code: 'ERR_STORE_LOCKED' }))
  child.kill('SIGKILL')
  await once(child, 'exit')
  lockDataDirectory(directory).release()
})

test('a directory that is not there is named in a sentence', () => {
  const missing = join(directory, 'missing')
  expect(() => lockDataDirectory(missing)).toThrow(expect.objectContaining({ code: 'ERR_STORE_UNAVAILABLE' }))
  expect(() => lockDataDirectory(missing)).toThrow(missing)
})
