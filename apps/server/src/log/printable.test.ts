import { expect, test } from 'vitest'
import { printable } from './printable.ts'
import { terminalLine } from './terminal-line.ts'

test('S-7-17 control characters and line separators are written out', () => {
  expect(printable('a\r\nb\u001b[31m\u0085\u2028')).toBe('a\\u000d\\u000ab\\u001b[31m\\u0085\\u2028')
})

test('S-7-17 long text is cut', () => {
  expect(printable('x'.repeat(1000))).toBe(`${'x'.repeat(200)}…`)
  expect(printable('abcdef', 3)).toBe('abc…')
})

test('other text stays as it is', () => {
  expect(printable('7XXEY-ERLPU-2JDR9 +/= ž')).toBe('7XXEY-ERLPU-2JDR9 +/= ž')
})

test('a line for a terminal has time, level, message and fields, and nothing that the terminal would obey', () => {
  const json = JSON.stringify({
    level: 30,
    time: '2026-01-02T03:04:05.678Z',
    pid: 1,
    peer: '::1',
    agent: 'a \u001b[0m',
    msg: 'scep',
  })
  expect(terminalLine(json)).toBe('03:04:05 info  scep peer=::1 agent="a \\u001b[0m"\n')
})

test('an error keeps its stack', () => {
  const json = JSON.stringify({
    level: 50,
    time: '2026-01-02T03:04:05.678Z',
    msg: 'no',
    err: { stack: 'Error: no\n  at x' },
  })
  expect(terminalLine(json)).toBe('03:04:05 error no\nError: no\n  at x\n')
})
