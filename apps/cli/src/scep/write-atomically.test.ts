import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeAtomically, writeTogether } from './write-atomically.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-write-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('S-7-15 a file has its mode whatever the umask, and nothing is left beside it', async () => {
  const before = process.umask(0o000)
  try {
    await writeAtomically(join(folder, 'key.pem'), 'secret', 0o600)
  } finally {
    process.umask(before)
  }
  expect(statSync(join(folder, 'key.pem')).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['key.pem'])
})

test('S-7-15 when one of several files cannot be written, none gets its name and old ones stay', async () => {
  writeFileSync(join(folder, 'cert.pem'), 'old')
  const files = [
    { path: join(folder, 'cert.pem'), content: 'new', mode: 0o644 },
    { path: join(folder, 'missing', 'key.pem'), content: 'secret', mode: 0o600 },
  ]
  await expect(writeTogether(files)).rejects.toThrow('ENOENT')
  expect(readFileSync(join(folder, 'cert.pem'), 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['cert.pem'])
})
