import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testTerminal } from '../testing/test-terminal.ts'
import { readEnrolmentChallenge } from './challenge-source.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-challenge-'))
  writeFileSync(join(folder, 'one'), 'from a file\n')
  writeFileSync(join(folder, 'two'), 'one\ntwo\n')
  writeFileSync(join(folder, 'empty'), '\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('S-2.4-11 the challenge comes from argument, file, standard input or environment, in this order', async () => {
  const terminal = testTerminal({ stdin: 'from a pipe\r\n', env: { CHANCERY_CHALLENGE: 'from the environment' } })
  expect(await readEnrolmentChallenge({ challenge: 'from an argument' }, terminal)).toBe('from an argument')
  expect(await readEnrolmentChallenge({ challengeFile: join(folder, 'one') }, terminal)).toBe('from a file')
  expect(await readEnrolmentChallenge({ challengeFile: '-' }, terminal)).toBe('from a pipe')
  expect(await readEnrolmentChallenge({ challenge: '-' }, terminal)).toBe('from a pipe')
  expect(await readEnrolmentChallenge({}, terminal)).toBe('from the environment')
  expect(await readEnrolmentChallenge({}, testTerminal())).toBeUndefined()
})

test('only the line end is cut: a challenge is exact', async () => {
  expect(await readEnrolmentChallenge({ challengeFile: '-' }, testTerminal({ stdin: '  a b  \n' }))).toBe('  a b  ')
})

test('two sources, nothing, and more than a line are refused', async () => {
  const terminal = testTerminal()
  await expect(readEnrolmentChallenge({ challenge: 'a', challengeFile: 'b' }, terminal)).rejects.toThrow(
    'which one counts',
  )
  await expect(readEnrolmentChallenge({ challengeFile: join(folder, 'two') }, terminal)).rejects.toThrow(
    'more than one line',
  )
  await expect(readEnrolmentChallenge({ challengeFile: join(folder, 'empty') }, terminal)).rejects.toThrow(
    'There is nothing in',
  )
  await expect(readEnrolmentChallenge({ challengeFile: join(folder, 'gone') }, terminal)).rejects.toThrow(
    'cannot be read',
  )
})
