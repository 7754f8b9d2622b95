import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../tests/folder.ts'
import { lineOutput } from './standard-error.ts'

const folder = temporaryFolder()

test.each(['immediate', 'batched'] as const)('lines arrive whole and in order (%s)', async (mode) => {
  const path = join(folder, mode)
  const file = openSync(path, 'a')
  const output = lineOutput(mode, file)
  const lines = Array.from({ length: 500 }, (_, index) => `${index} ${'é'.repeat(index)}\n`)
  for (const line of lines) output.write(line)
  await expect.poll(() => readFileSync(path, 'utf8')).toBe(lines.join(''))
  closeSync(file)
})

test('what is waiting when the process ends is written by flush', () => {
  const path = join(folder, 'flushed')
  const file = openSync(path, 'a')
  const output = lineOutput('batched', file)
  output.write('being written\n')
  output.write('waiting\n')
  output.flush()
  expect(readFileSync(path, 'utf8')).toContain('waiting\n')
  closeSync(file)
})

// sonic-boom's flushSync never returns from a full disk.
test.runIf(process.platform === 'linux').each(['immediate', 'batched'] as const)(
  'a full disk neither throws nor holds up (%s)',
  async (mode) => {
    const full = openSync('/dev/full', 'w')
    const output = lineOutput(mode, full)
    for (let count = 0; count < 100; count++) output.write(`${'x'.repeat(100_000)}\n`)
    await new Promise((resolve) => setImmediate(resolve))
    output.flush()
    output.write('still here\n')
    output.flush()
  },
)
